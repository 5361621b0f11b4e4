{% macro judged_code(schema=none) %}
{#-
  DDL of judged_code(text): what the rules say of a plan code or an account number.

    key    the code as it is compared: trimmed, invisible characters out, one kind of width, hyphen and blank; case stays
    fault  why the text is no code, to follow "the code"

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
{%- set characters = company_enrichment.name_characters() -%}
{%- set around = company_enrichment.around_placeholders() -%}
{%- set invisible -%} [{{ characters.invisible }}]+ {%- endset -%}
{%- set white_space -%} [{{ characters.white_space }}]+ {%- endset -%}
{%- set placeholders = [''] -%}
{%- for text in company_enrichment.name_rule_texts().placeholders -%}
    {%- do placeholders.extend([(text.folded | replace(' ', '')).strip(around), text.letters]) -%}
{%- endfor -%}
create or replace function {{ schema }}.judged_code(code text, out key text, out fault text)
language plpgsql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $body$
declare
    folded text;
    unwrapped text;
    bare text;
begin
    folded := regexp_replace(code, {{ company_enrichment.quoted(invisible) }}, '', 'g');
    folded := {{ company_enrichment.before_compatibility('folded', with_case=false) | indent(4) }};
    {#- Ｐ０２９０ -> P0290, P‐0290 -> P-0290, P<U+3000>0290 -> P 0290 #}
    folded := normalize(folded, nfkc);
    folded := {{ company_enrichment.without_look_alikes('folded') | indent(4) }};
    folded := btrim(regexp_replace(folded, {{ company_enrichment.quoted(white_space) }}, ' ', 'g'));
    {#- ="00123", '00123, "00123" -> 00123: what keeps a spreadsheet from making a number of it. #}
    loop
        unwrapped := btrim(regexp_replace(folded, {{ company_enrichment.quoted('^=?"([^"]*)"$|^\'(.*?)\'?$') }}, {{ company_enrichment.quoted('\\1\\2') }}));
        exit when unwrapped = folded;
        folded := unwrapped;
    end loop;

    bare := lower(replace(folded, ' ', ''));
    fault := case
        when folded = '' then 'is empty'
        when bare ~ {{ company_enrichment.quoted(company_enrichment.spreadsheet_residue()) }}
            then 'is an error value or a formula of a spreadsheet'
        when strpos(folded, {{ company_enrichment.quoted('\uFFFD') }}) > 0 then 'has lost a character, and another stands for it'
        when bare ~ '^[+-]?[0-9]+([.][0-9]+)?e[+-][0-9]+$' or bare ~ '^[+-]?[0-9]+[.][0-9]+e[0-9]+$'
            then 'is a number in scientific notation and may have lost digits'
        when bare ~ '^[+-]?[0-9]+[.]0+$' or bare ~ '^[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?$'
            then 'is a number as a spreadsheet shows it, with decimals or thousands separators'
        when btrim(bare, {{ company_enrichment.quoted(around) }}) = any({{ company_enrichment.quoted_array(placeholders | unique) }})
            then 'is a placeholder'
    end;
    if fault is null then
        key := folded;
    end if;
end
$body$
{% endmacro %}
