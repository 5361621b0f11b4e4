{% macro company_name_differences() %}
{#-
  DDL of company_name_differences(one, other): the kinds of difference between two names, in this order.

    legal_form      both have one, and not the same: 东风汽车股份有限公司 / 东风汽车有限公司. One that is left out is no difference
    region          both name a region, and neither's holds the other's: 北京样例 / 上海样例
    region_missing  only one names a region, or one says more of it: 样例 / 北京样例, 北京市样例 / 北京市朝阳区样例
    region_level    one place, two levels: 吉林省 / 吉林市, 长治市 / 长治县, 朝阳区 / 朝阳镇, wherever they stand
    branch          only one is a branch, or they are two: …有限公司 / …有限公司北京分公司
    bracket         other contents of brackets: 青岛啤酒（应城） / 青岛啤酒（芜湖）
    number          both have a number, or a letter that counts, at the same place: 一矿 / 二矿, 第3建筑 / 第四建筑, A座 / B座.
                    Numbers of one value are no difference, however they are written
    group           one is a group of companies, the other is not: 样例集团 / 样例
    substitution    of the rest, each has characters that the other has not, or has them in another order
    addition        of the rest, one has all characters of the other, and more

  The rest is the core of company_name_core(), without what another kind has named already. Which kinds forbid to take one
  name for the other depends on what the answer rests on: forbidding_differences().

  Empty for names of one name key, whatever their parts, and where a text names nobody: nothing is known against it.
-#}
{%- set place = company_enrichment.place_patterns() -%}
{%- set ordinal = company_enrichment.ordinal_patterns() -%}
{%- set group -%} (?<![a-z])group(?![a-z]) {%- endset -%}
{%- set schema = target.schema -%}
{%- set sides = ['one', 'other'] -%}
create or replace function {{ schema }}.company_name_differences(one text, other text)
returns text[]
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $body$
declare
{%- for side in sides %}
    {{ side }}_text text;
    {{ side }}_parts record;
    {{ side }}_core text;
    {{ side }}_places text;
    {{ side }}_region text;
    {{ side }}_is_group boolean;
    {{ side }}_numbers text[];
    {{ side }}_between text[];
{%- endfor %}
    is_other_level boolean := false;
    is_other_number boolean := false;
begin
    if one is null or other is null or {{ schema }}.normalize_company_name(one) = {{ schema }}.normalize_company_name(other) then
        return '{}';
    end if;
{%- for side in sides %}

    {#- As letters they could be glued to others: AcmeⅡ. #}
    {{ side }}_text := translate({{ side }}, 'ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅰⅱⅲⅳⅴⅵⅶⅷⅸⅩⅺⅻ', '123456789123456789ⅹⅪⅫ');
    {{ side }}_text := replace(replace(replace({{ side }}_text, 'ⅹ', '10'), 'Ⅺ', '11'), 'Ⅻ', '12');
    {{ side }}_text := {{ schema }}.latin_numbers({{ schema }}.company_name_without_remarks({{ side }}_text));
    {{ side }}_is_group := strpos({{ side }}_text, '集团') > 0 or strpos({{ side }}_text, '集團') > 0
        or (strpos({{ side }}_text, 'group') > 0 and {{ side }}_text ~ {{ company_enrichment.quoted(group) }});
    {#- 样例(集团)有限公司 is 样例集团有限公司. Behind the legal form it would be the name of a branch. #}
    {{ side }}_text := replace(replace({{ side }}_text, '公司(集团)', '公司'), '(集团)', '集团');
    if strpos({{ side }}_text, '自治') > 0 then
        {{ side }}_text := regexp_replace({{ side }}_text, {{ place.peoples }}, '', 'g');
    end if;
    {{ side }}_parts := {{ schema }}.company_name_core(coalesce({{ side }}_text, ''));
    if {{ side }}_parts.core is null then
        return '{}';
    end if;
    {{ side }}_core := {{ side }}_parts.core;
    {#- Cheap tests before regular expressions, of which a session keeps no more than 32 compiled. #}
    if {{ side }}_core <> translate({{ side }}_core, '省市县区州', '') then
        {{ side }}_places := nullif(substring({{ side }}_core from {{ place.places }}), {{ side }}_core);
    end if;
{%- endfor %}
{%- for side, opposite in [sides, sides | reverse | list] %}
    {#- 芜湖样例 / 芜湖市样例, 沙市样例 / 沙县样例: the other name's place, without its level or with another one. #}
    if {{ side }}_places is null and {{ opposite }}_places is not null then
        {{ side }}_places := nullif(substring(
            {{ side }}_core
            from '^' || regexp_replace({{ opposite }}_places, {{ place.last_level }}, '')
            || {{ place.any_level }} || case when char_length({{ opposite }}_places) > 2 then '?' else '' end
        ), {{ side }}_core);
    end if;
{%- endfor %}
{%- for side in sides %}
    {{ side }}_core := {{ schema }}.company_name_digits(substr({{ side }}_core, 1 + coalesce(char_length({{ side }}_places), 0)));
    {{ side }}_region := concat({{ side }}_parts.region, regexp_replace(
        regexp_replace({{ side }}_places, {{ place.last_level }}, ''), '自治[区州县]|[省市县区]', '', 'g'
    ));
{%- endfor %}

    {{ company_enrichment.compare_levels() }}

    {{ company_enrichment.compare_numbers() }}
{% for side in sides %}
    if is_other_number then
        {{ side }}_core := regexp_replace({{ side }}_core, {{ ordinal.any_ordinal }}, '', 'g');
    end if;
    if is_other_level then
        {{ side }}_core := regexp_replace({{ side }}_core, {{ place.place_and_level }}, {{ company_enrichment.quoted('\\1\\2') }}, 'g');
    end if;
    if one_is_group <> other_is_group then
        {{ side }}_core := replace(replace(replace({{ side }}_core, '集团', ''), '集團', ''), 'group', '');
    end if;
{%- endfor %}
    return array_remove(array[
        case when one_parts.legal_form <> other_parts.legal_form then 'legal_form' end,
        case when strpos(one_region, other_region) = 0 and strpos(other_region, one_region) = 0 then 'region' end,
        case
            when one_region <> other_region and (strpos(one_region, other_region) > 0 or strpos(other_region, one_region) > 0)
                then 'region_missing'
        end,
        case when is_other_level then 'region_level' end,
        case
            when {{ schema }}.company_name_digits(one_parts.branch) is distinct from {{ schema }}.company_name_digits(other_parts.branch)
                then 'branch'
        end,
        case
            when {{ schema }}.company_name_digits(one_parts.bracket) is distinct from {{ schema }}.company_name_digits(other_parts.bracket)
                then 'bracket'
        end,
        case when is_other_number then 'number' end,
        case when one_is_group <> other_is_group then 'group' end,
        case
            when one_core = other_core then null
            {#- The characters of the one, in their order, with anything between them; a core has letters and digits only. #}
            when one_core like '%' || array_to_string(string_to_array(other_core, null), '%') || '%'
                or other_core like '%' || array_to_string(string_to_array(one_core, null), '%') || '%'
                then 'addition'
            else 'substitution'
        end
    ], null);
end
$body$
{% endmacro %}
