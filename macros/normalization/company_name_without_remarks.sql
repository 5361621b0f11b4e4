{% macro company_name_without_remarks() %}
{#-
  DDL of company_name_without_remarks(text): a name, folded, without the remarks that somebody has added to it;
  punctuation and brackets are still there. NULL for a placeholder. The first half of the name key, and where
  company_name_core() begins.

  Delimited means: set off by a bracket or a separator. White space delimits nothing.
-#}
{%- set texts = company_enrichment.name_rule_texts() -%}
{%- set markers = company_enrichment.any_text_of(texts.markers | map(attribute='folded')) -%}
{%- set remarks = company_enrichment.any_text_of((texts.markers + texts.account_suffixes) | map(attribute='folded')) -%}
{%- set attached_suffixes = company_enrichment.any_text_of(texts.attached_suffixes | map(attribute='folded')) -%}
{%- set protected_names = [] -%}
{%- for text in texts.protected_names -%}
    {#- As it is written, and as its key is. -#}
    {%- do protected_names.extend([text.folded | replace(' ', ''), text.letters]) -%}
{%- endfor -%}
{%- set any_protected_name = 'any (' ~ company_enrichment.quoted_array(protected_names | unique) ~ ')' -%}

{%- set separator = '-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=' -%}
{%- set delimiter = separator ~ '()' -%}
{#- -A12, as it stands behind the name of an account: one or two letters, then digits. -#}
{%- set account_code = '-[a-z](?: ?[a-z])?(?: ?[0-9])+' -%}

{#- （空白）, N/A, ——, -无- -> NULL: a text that stands for "no name", whatever punctuation is around it. -#}
{%- set around = modules.re.sub('\\\\(.)', '\\1', delimiter) ~ ' ' -%}
{%- set placeholders = [] -%}
{%- for text in texts.placeholders -%}
    {%- do placeholders.append((text.folded | replace(' ', '')).strip(around)) -%}
{%- endfor -%}
{%- set any_placeholder = 'any (' ~ company_enrichment.quoted_array(placeholders | unique) ~ ')' -%}
{#- (已转出)(存量)中国平安, 原-中国平安 -> 中国平安. But 存量(北京)科技 stays: a bracket that opens begins a part of the name. -#}
{%- set leading_markers = '^(?:[' ~ delimiter ~ ']*(?:' ~ markers ~ ')[' ~ separator ~ ')]+)+' -%}
{#- 中国平安(终止(存量)), 中国平安-已转出 -> 中国平安. But 中国平安(集团)终止 stays: what follows a bracket is part of the name. -#}
{%- set trailing_marker = '[' ~ separator ~ '(]+(?:' ~ markers ~ ')[' ~ delimiter ~ ']*' -%}
{#- A cheap look whether there can be one. -#}
{%- set trailing_delimiter = '[' ~ separator ~ '(]|(?:' ~ attached_suffixes ~ ')$' -%}
{#- The same with account words and codes: 中国平安（团托）, 中国平安-福利, 中国平安-A12, 中国平安及下属子企业 -> 中国平安 -#}
{%- set trailing_remark = '[' ~ separator ~ '(]+(?:' ~ remarks ~ ')[' ~ delimiter ~ ']*'
    ~ '|(?:' ~ account_code ~ '|' ~ attached_suffixes ~ ')[' ~ delimiter ~ ']*' -%}
create or replace function {{ target.schema }}.company_name_without_remarks(name text)
returns text
language plpgsql immutable parallel safe strict
-- Not inlined anyway, and so protected from whatever the caller has set.
set search_path = pg_catalog, pg_temp
as $body$
declare
    folded text := {{ company_enrichment.folded_text('name') }};
    is_placeholder boolean;
    without_leading text;
    without_markers text;
    without_remarks text;
begin
    if char_length(folded) > {{ var('name_maximum_length') | int }} then
        return null;
    end if;

    is_placeholder := btrim(replace(folded, ' ', ''), {{ company_enrichment.quoted(around) }}) = {{ any_placeholder }};
    without_leading := regexp_replace(folded, {{ company_enrichment.quoted(leading_markers) }}, '');
    without_remarks := without_leading;
    if without_leading ~ {{ company_enrichment.quoted(trailing_delimiter) }} then
        without_remarks := regexp_replace(without_leading, {{ company_enrichment.quoted('(?:' ~ trailing_remark ~ ')+$') }}, '');
    end if;
    if without_remarks = folded and not is_placeholder then
        return folded;
    end if;

    without_markers := regexp_replace(without_leading, {{ company_enrichment.quoted('(?:' ~ trailing_marker ~ ')+$') }}, '');
    if replace(folded, ' ', '') = {{ any_protected_name }} then
        return folded;
    elsif replace(without_markers, ' ', '') = {{ any_protected_name }} then
        return without_markers;
    end if;
    -- Only a marker may leave nothing: (养老) and -A12 alone are what the name is.
    if without_remarks !~ '[[:alnum:]]' then
        without_remarks := without_markers;
    end if;
    if is_placeholder or btrim(replace(without_remarks, ' ', ''), {{ company_enrichment.quoted(around) }}) = {{ any_placeholder }} then
        return null;
    end if;
    return without_remarks;
end
$body$
{% endmacro %}
