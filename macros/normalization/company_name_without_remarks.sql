{% macro company_name_without_remarks(schema=none) %}
{#-
  DDL of company_name_without_remarks(text): a name, folded, without the remarks that somebody has added to it;
  punctuation and brackets are still there. NULL for a placeholder. The first half of the name key, and where
  company_name_core() begins.

  Delimited means: set off by a bracket or a separator. White space delimits nothing.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
{%- set texts = company_enrichment.name_rule_texts() -%}
{%- set delimiters = company_enrichment.name_delimiters() -%}
{%- set markers = texts.markers | map(attribute='folded') | list -%}
{%- set account_suffixes = texts.account_suffixes | map(attribute='folded') | list -%}
{%- set attached_suffixes = texts.attached_suffixes | map(attribute='letters') | list -%}
{%- set parts = company_enrichment.remarks_by_kind(markers, delimiters) -%}
{%- set around = company_enrichment.quoted(delimiters.around) -%}
{%- set placeholders = [] -%}
{%- for text in texts.placeholders -%}
    {%- do placeholders.append((text.folded | replace(' ', '')).strip(delimiters.around)) -%}
{%- endfor -%}
{%- set any_placeholder = 'any (' ~ company_enrichment.quoted_array(placeholders | unique) ~ ')' -%}
{%- set protected_names = [] -%}
{%- for text in texts.protected_names -%}
    {#- As it is written, and as its key is. -#}
    {%- do protected_names.extend([text.folded | replace(' ', ''), text.letters]) -%}
{%- endfor -%}
{%- set any_protected_name = 'any (' ~ company_enrichment.quoted_array(protected_names | unique) ~ ')' -%}
{#- -A12, as it stands behind the name of an account: one or two letters, then digits. -#}
{%- set account_code = '-[a-z](?: ?[a-z])?(?: ?[0-9])+' -%}
create or replace function {{ schema }}.company_name_without_remarks(name text)
returns text
language plpgsql immutable parallel safe strict
-- Not inlined anyway, and so protected from whatever the caller has set.
set search_path = pg_catalog, pg_temp
as $body$
declare
    folded text := {{ company_enrichment.folded_text('name') }};
    is_placeholder boolean;
    is_empty boolean;
    without_leading text;
    without_markers text;
    without_remarks text;
    piece text;
    cut integer;
begin
    if char_length(folded) > {{ company_enrichment.checked_var('name_maximum_length') }} then
        return null;
    end if;

    {#- （空白）, N/A, ——, -无- -> NULL: a text that stands for "no name", whatever punctuation is around it. #}
    is_placeholder := btrim(replace(folded, ' ', ''), {{ around }}) = {{ any_placeholder }};

    {#- (已转出)(存量)中国平安, 原-中国平安 -> 中国平安. But 存量(北京)科技 stays: a bracket that opens begins a part of the name. #}
    without_leading := folded;
    loop
        cut := 0;
    {%- if parts.delimited %}
        piece := substring(without_leading from {{ company_enrichment.quoted(
            '^[' ~ delimiters.delimiter ~ ']*(?:' ~ company_enrichment.any_text_of(parts.delimited) ~ ')[' ~ delimiters.separator ~ ')]+') }});
        if piece is not null then
            cut := char_length(piece);
            without_leading := right(without_leading, -cut);
        end if;
    {%- endif %}
        piece := substring(without_leading from {{ company_enrichment.quoted(
            '^[' ~ delimiters.delimiter ~ ']*[^' ~ delimiters.delimiter ~ ']+[' ~ delimiters.separator ~ ')]+') }});
        if btrim(replace(piece, ' ', ''), {{ around }}) = any ({{ company_enrichment.quoted_array(parts.words) }}) then
            cut := char_length(piece);
            without_leading := right(without_leading, -cut);
        end if;
        exit when cut = 0;
    end loop;
    {#- What stands before a name delimits nothing: -A1-A1 and (已转出)-A1-A1 have one key. #}
    without_leading := ltrim(without_leading, {{ company_enrichment.quoted(delimiters.around | replace('(', '')) }});

    {#- 中国平安(终止(存量)), 中国平安-已转出, 中国平安（团托）, 中国平安-福利, 中国平安-A12, 中国平安及下属子企业 -> 中国平安. But
        中国平安(集团)终止 stays: what follows a bracket is part of the name. #}
    without_remarks := without_leading;
{{ company_enrichment.cut_trailing_remarks('without_remarks', markers + account_suffixes, delimiters, attached_suffixes, account_code) }}
    if without_remarks = folded and not is_placeholder then
        return folded;
    end if;

    {#- 保留账户管理 stays, whatever a rule says of it. #}
    if replace(folded, ' ', '') = {{ any_protected_name }} then
        return folded;
    end if;
    is_empty := without_remarks !~ '[[:alnum:]]';
    if is_empty or {{ company_enrichment.affix_length(
        'left', "replace(without_leading, ' ', '')", protected_names | unique) | indent(4) }} > 0 then
        without_markers := without_leading;
{{ company_enrichment.cut_trailing_remarks('without_markers', markers, delimiters) | indent(4) }}
        if replace(without_markers, ' ', '') = {{ any_protected_name }} then
            return without_markers;
        end if;
        -- Only a marker may leave nothing: (养老) and -A12 alone are what the name is.
        if is_empty then
            without_remarks := without_markers;
        end if;
    end if;
    if is_placeholder or btrim(replace(without_remarks, ' ', ''), {{ around }}) = {{ any_placeholder }} then
        return null;
    end if;
    return without_remarks;
end
$body$
{% endmacro %}
