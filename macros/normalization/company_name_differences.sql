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
{%- set cjk = '一-龥' -%}
{%- set levels = '特别行政区|自治区|自治州|自治县|自治旗|街道|地区|新区|省|市|县|区|州|盟|旗|乡|镇|村' -%}
{#- 广西壮族自治区 is 广西自治区, 延边朝鲜族自治州 is 延边自治州. -#}
{%- set peoples -%}
(?:(?:壮|回|藏|苗|侗|瑶|彝|土家|布依|朝鲜|满|蒙古|白|哈尼|黎|傣|畲|傈僳|拉祜|佤|水|纳西|土|羌|达斡尔|仫佬|锡伯|景颇|撒拉|布朗|毛南|仡佬|阿昌|普米|怒|鄂温克|京|保安|德昂|裕固|独龙|鄂伦春|东乡|高山|各)族|维吾尔|哈萨克|柯尔克孜|塔吉克|蒙古(?=自治[州县]))+(?=自治)
{%- endset -%}
{#- With these 市 and 区 make words and no places: 超市, 城市, 小区. But 宣城市 and 江门市 are places. -#}
{%- set no_city = '超城都门股夜集上闹楼早花菜黑书房车街' -%}
{%- set no_district = '小社园景发校厂牧地特片商郊库农城市' -%}
{#- Places at the beginning that no list has to know: 芜湖市…, 沙县…, 长治市长治县…. -#}
{%- set place -%}
[{{ cjk }}]{2,3}省|[{{ cjk }}]{2,4}自治[区州县]|[{{ cjk }}]{1,3}县|[{{ cjk }}]{1,3}(?![{{ no_city }}])[{{ cjk }}]市|(?![大新小中老古名])[{{ cjk }}][城都门]市|[{{ cjk }}]{2,3}新区|[{{ cjk }}]{1,3}(?![{{ no_district }}])[{{ cjk }}]区
{%- endset -%}
{%- set places -%} ^(?:{{ place }})+ {%- endset -%}
{#- A place and its level, anywhere. Two characters are enough to know a place by; one is, where no other name stands before it. -#}
{%- set place_and_level -%}
(?:(?:^|(?<=[省市县区州盟旗]))(?![省市县{{ no_city }}{{ no_district }}])([{{ cjk }}])|(?![{{ cjk }}][新地]区)([{{ cjk }}]{2}))({{ levels }})
{%- endset -%}
{#- A number, or what counts like one: a single Latin letter in Chinese; 甲 and its followers before what is counted. -#}
{%- set ordinal -%}
[0-9]+|(?<=[{{ cjk }}])[a-z](?![a-z])|(?<![a-z])[a-z](?=[0-9]*[{{ cjk }}])|[甲乙丙丁戊己庚辛壬癸](?=[座栋幢楼号区组段级班厂矿])
{%- endset -%}
{%- set counting = company_enrichment.quoted('0123456789abcdefghijklmnopqrstuvwxyz甲乙丙丁戊己庚辛壬癸') -%}
{%- set any_level -%} (?:{{ levels }}) {%- endset -%}
{%- set last_level -%} (?:{{ levels }})$ {%- endset -%}
{%- set places = company_enrichment.quoted(places) -%}
{%- set any_level = company_enrichment.quoted(any_level) -%}
{%- set last_level = company_enrichment.quoted(last_level) -%}
{%- set any_place_and_level = company_enrichment.quoted(place_and_level) -%}
{%- set any_ordinal = company_enrichment.quoted(ordinal) -%}
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
        or (strpos({{ side }}_text, 'group') > 0 and {{ side }}_text ~ {{ company_enrichment.quoted('(?<![a-z])group(?![a-z])') }});
    {#- 样例(集团)有限公司 is 样例集团有限公司. Behind the legal form it would be the name of a branch. #}
    {{ side }}_text := replace(replace({{ side }}_text, '公司(集团)', '公司'), '(集团)', '集团');
    if strpos({{ side }}_text, '自治') > 0 then
        {{ side }}_text := regexp_replace({{ side }}_text, {{ company_enrichment.quoted(peoples) }}, '', 'g');
    end if;
    {{ side }}_parts := {{ schema }}.company_name_core(coalesce({{ side }}_text, ''));
    if {{ side }}_parts.core is null then
        return '{}';
    end if;
    {{ side }}_core := {{ side }}_parts.core;
    {#- Cheap tests before regular expressions, of which a session keeps no more than 32 compiled. #}
    if {{ side }}_core <> translate({{ side }}_core, '省市县区州', '') then
        {{ side }}_places := nullif(substring({{ side }}_core from {{ places }}), {{ side }}_core);
    end if;
{%- endfor %}
{%- for side, opposite in [sides, sides | reverse | list] %}
    {#- 芜湖样例 / 芜湖市样例, 沙市样例 / 沙县样例: the other name's place, without its level or with another one. #}
    if {{ side }}_places is null and {{ opposite }}_places is not null then
        {{ side }}_places := nullif(substring(
            {{ side }}_core
            from '^' || regexp_replace({{ opposite }}_places, {{ last_level }}, '')
            || {{ any_level }} || case when char_length({{ opposite }}_places) > 2 then '?' else '' end
        ), {{ side }}_core);
    end if;
{%- endfor %}
{%- for side in sides %}
    {{ side }}_core := {{ schema }}.company_name_digits(substr({{ side }}_core, 1 + coalesce(char_length({{ side }}_places), 0)));
    {{ side }}_region := concat({{ side }}_parts.region, regexp_replace(
        regexp_replace({{ side }}_places, {{ last_level }}, ''), '自治[区州县]|[省市县区]', '', 'g'
    ));
{%- endfor %}

    {#- A place that both names have, on no level that both have. #}
    if one_text <> translate(one_text, '省市县区州盟旗乡镇村街', '') and other_text <> translate(other_text, '省市县区州盟旗乡镇村街', '') then
        with place as (
            select
                named.is_one,
                coalesce(named.found[1], named.found[2]) as place,
                regexp_replace(named.found[3], '^自治(?=[州县旗])', '') as level
            from (
                select true as is_one, regexp_matches(one_text, {{ any_place_and_level }}, 'g') as found
                union all
                select false as is_one, regexp_matches(other_text, {{ any_place_and_level }}, 'g') as found
            ) as named
        )

        select exists(
            select place.place
            from place
            group by place.place
            having
                count(*) filter (where place.is_one) > 0
                and count(*) filter (where not place.is_one) > 0
                and not array_agg(place.level) filter (where place.is_one) && array_agg(place.level) filter (where not place.is_one)
        )
        into is_other_level;
    end if;

    {#- At the same place: with the same character before or behind, or with nothing else around. A number that the other name
        has there, too, contradicts none. #}
    if one_core <> translate(one_core, {{ counting }}, '') and other_core <> translate(other_core, {{ counting }}, '') then
    {%- for side in sides %}
        {{ side }}_numbers := array(select (regexp_matches({{ side }}_core, {{ any_ordinal }}, 'g'))[1]);
        {{ side }}_between := regexp_split_to_array({{ side }}_core, {{ any_ordinal }});
    {%- endfor %}
        with compared as (
            select
                ones.place as one_place,
                others.place as other_place,
                one_numbers[ones.place] = other_numbers[others.place] as is_same
            from generate_subscripts(one_numbers, 1) as ones (place)
            cross join generate_subscripts(other_numbers, 1) as others (place)
            inner join lateral (
                select
                    right(one_between[ones.place], 1) as one_before,
                    left(one_between[ones.place + 1], 1) as one_behind,
                    right(other_between[others.place], 1) as other_before,
                    left(other_between[others.place + 1], 1) as other_behind
            ) as around on true
            where
                (around.one_before = around.other_before and around.one_before <> '')
                or (around.one_behind = around.other_behind and around.one_behind <> '')
                or concat(around.one_before, around.one_behind, around.other_before, around.other_behind) = ''
        )

        select exists(
            select
            from compared as differing
            where
                not exists (select from compared as same where same.is_same and same.one_place = differing.one_place)
                and not exists (select from compared as same where same.is_same and same.other_place = differing.other_place)
        )
        into is_other_number;
    end if;
{% for side in sides %}
    if is_other_number then
        {{ side }}_core := regexp_replace({{ side }}_core, {{ any_ordinal }}, '', 'g');
    end if;
    if is_other_level then
        {{ side }}_core := regexp_replace({{ side }}_core, {{ any_place_and_level }}, {{ company_enrichment.quoted('\\1\\2') }}, 'g');
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
