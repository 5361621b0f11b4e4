{% macro judged_company_name(schema=none) %}
{#-
  DDL of judged_company_name(text): everything that the rules say of a name.

    words  the name, folded, without the remarks that somebody has added to it; punctuation and brackets are still there.
           NULL where the text is no name. Where company_name_core() begins
    key    the name key by all of its rules
    fault  why there is no key, to follow "the name"

  Delimited means: set off by a bracket or a separator. White space delimits nothing.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
{%- set texts = company_enrichment.name_rule_texts() -%}
{%- set delimiters = company_enrichment.name_delimiters() -%}
{%- set characters = company_enrichment.name_characters() -%}
{%- set markers = texts.markers | map(attribute='folded') | list -%}
{%- set account_suffixes = texts.account_suffixes | map(attribute='folded') | list -%}
{%- set attached_suffixes = texts.attached_suffixes | map(attribute='letters') | list -%}
{%- set around_placeholder = company_enrichment.around_placeholders() -%}
{%- set around = company_enrichment.quoted(around_placeholder) -%}
{%- set compared = company_enrichment.compared_name_texts(texts, around_placeholder) -%}
{%- set any_placeholder -%} any({{ company_enrichment.quoted_array(compared.placeholders) }}) {%- endset -%}
{%- set any_protected_name -%} any({{ company_enrichment.quoted_array(compared.protected_names) }}) {%- endset -%}
{%- set separators_before -%} ^[{{ delimiters.separator }}]* {%- endset -%}
{%- set unordinary -%} [^{{ characters.ordinary }}] {%- endset -%}
{%- set letter -%} [^{{ characters.dropped }}{{ characters.white_space }}{{ characters.decoration }}] {%- endset -%}
{#- -A12, as it stands behind the name of an account: one or two letters, then digits. -#}
{%- set account_code = '-[a-z](?: ?[a-z])?(?: ?[0-9])+' -%}
create or replace function {{ schema }}.judged_company_name(name text, out words text, out key text, out fault text)
language plpgsql immutable parallel safe strict
-- Not inlined anyway, and so protected from whatever the caller has set.
set search_path = pg_catalog, pg_temp
as $body$
declare
    {#- Most names have no characters but these, and are spared the rules for others. #}
    is_ordinary boolean := name !~ {{ company_enrichment.quoted(unordinary) }};
    folded text;
    is_placeholder boolean;
    is_protected boolean;
    is_empty boolean;
    without_leading text;
    before_name text;
    without_markers text;
    without_remarks text;
    piece text;
    cut integer;
    letters text;
    without_suffix text;
begin
    if not is_ordinary then
        name := {{ company_enrichment.before_compatibility('name') | indent(8) }};
    end if;
    folded := {{ company_enrichment.folded_text('name') }};
    if not is_ordinary then
        folded := {{ company_enrichment.without_look_alikes('folded') | indent(8) }};
    end if;
    if folded = '' then
        fault := 'is empty';
        return;
    end if;
    if char_length(folded) > {{ company_enrichment.checked_var('name_maximum_length') }} then
        fault := 'is longer than {{ var("name_maximum_length") | int }} characters';
        return;
    end if;

    {#- （空白）, N/A, ——, -无- -> NULL: a text that stands for "no name", whatever punctuation is around it. #}
    is_placeholder := btrim(replace(folded, ' ', ''), {{ around }}) = {{ any_placeholder }};
    {#- 保留账户管理 stays, whatever a rule says of it. #}
    is_protected := replace(folded, ' ', '') = {{ any_protected_name }};

    {#- (已转出)(存量)中国平安, 原-中国平安 -> 中国平安 #}
    without_leading := folded;
    {{ company_enrichment.cut_leading_remarks('without_leading', markers, delimiters) }}
    {#- **中国平安: what stands before the name, where no remark does. #}
    before_name := case
        when without_leading = folded and strpos({{ company_enrichment.quoted(delimiters.around) }}, left(folded, 1)) > 0
            then substring(folded from {{ company_enrichment.quoted(separators_before) }})
        else ''
    end;
    {#- What stands before a name delimits nothing: -A1-A1 and (已转出)-A1-A1 have one key. #}
    without_leading := ltrim(without_leading, {{ company_enrichment.quoted(delimiters.around | replace('(', '')) }});

    {#- 中国平安(终止(存量)), 中国平安-已转出, 中国平安（团托）, 中国平安-福利, 中国平安-A12, 中国平安及下属子企业 -> 中国平安. But
        中国平安(集团)终止 stays: what follows a bracket is part of the name. #}
    without_remarks := without_leading;
{{ company_enrichment.cut_trailing_remarks('without_remarks', markers + account_suffixes, delimiters, attached_suffixes, account_code) }}
    if not is_protected and (without_remarks <> folded or is_placeholder) then
        is_empty := without_remarks !~ {{ company_enrichment.quoted(letter) }};
        if is_empty or {{ company_enrichment.affix_length(
            'left', "replace(without_leading, ' ', '')", compared.protected_names) | indent(8) }} > 0 then
            without_markers := without_leading;
{{ company_enrichment.cut_trailing_remarks('without_markers', markers, delimiters) | indent(8) }}
            is_protected := replace(without_markers, ' ', '') = {{ any_protected_name }};
            -- Only a marker may leave nothing: (养老) and -A12 alone are what the name is.
            if is_empty or is_protected then
                without_remarks := without_markers;
            end if;
        end if;
    end if;
    words := case when is_protected and without_markers is null then folded else without_remarks end;
    if not is_protected then
        if strpos({{ company_enrichment.quoted('#="\'(el错錯エ오f') }}, left(folded, 1)) > 0
            and replace(folded, ' ', '') ~ {{ company_enrichment.quoted(company_enrichment.spreadsheet_residue()) }} then
            fault := 'is an error value or a formula of a spreadsheet';
        elsif btrim(replace(words, ' ', ''), {{ around }}) = '' then
            fault := case
                when btrim(replace(folded, ' ', ''), {{ around }}) = '' then 'holds no letter or digit'
                else 'is a remark without a name'
            end;
        elsif is_placeholder or btrim(replace(words, ' ', ''), {{ around }}) = {{ any_placeholder }} then
            fault := 'is a placeholder for a name';
        else
            piece := before_name || replace(words, ' ', '');
            fault := {{ company_enrichment.name_fault_of('piece') | indent(12) }};
        end if;
        if fault is not null then
            words := null;
            return;
        end if;
    end if;
    {{ company_enrichment.key_of_words(texts, compared) }}
end
$body$
{% endmacro %}
