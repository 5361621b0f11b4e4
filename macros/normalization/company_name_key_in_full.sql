{% macro company_name_key_in_full(schema=none) %}
{#-
  DDL of company_name_key_in_full(text): the name key by all of its rules. normalize_company_name() gives the same,
  and spares most names most of the work.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
{%- set texts = company_enrichment.name_rule_texts() -%}
{%- set attached_suffixes = company_enrichment.any_text_of(texts.attached_suffixes | map(attribute='letters')) -%}
{%- set attached_texts = texts.attached_suffixes | map(attribute='letters') | list -%}
{%- set protected_names = company_enrichment.quoted_array(texts.protected_names | map(attribute='letters')) -%}
{%- set names_of_nobody = [] -%}
{%- for text in texts.placeholders + texts.markers if text.letters == text.folded | replace(' ', '') -%}
    {%- do names_of_nobody.append(text.letters) -%}
{%- endfor -%}
create or replace function {{ schema }}.company_name_key_in_full(name text)
returns text
language plpgsql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $body$
declare
    {#- 中国平安保险(集团)股份有限公司 -> 中国平安保险集团股份有限公司: punctuation goes, the content of brackets stays. #}
    letters text := regexp_replace({{ schema }}.company_name_without_remarks(name), '[^[:alnum:]]+', '', 'g');
    without_suffix text;
    key text;
begin
    if letters = any ({{ protected_names }}) then
        return letters;
    end if;
    key := letters;
    {#- 中国平安及下属(子企业) -> 中国平安 #}
    if {{ company_enrichment.affix_length('right', 'letters', attached_texts) | indent(4) }} > 0 then
        without_suffix := regexp_replace(letters, {{ company_enrichment.quoted('(?:' ~ attached_suffixes ~ ')+$') }}, '');
        key := coalesce(nullif(without_suffix, ''), letters);
    end if;
    {#- ᄀ-ᅡ -> 가: characters that became neighbours may form one. #}
    if key is not nfkc normalized then
        key := normalize(key, nfkc);
    end if;
    {#- 存量 -> NULL: nothing is left that names anybody. #}
    if key = any ({{ company_enrichment.quoted_array(names_of_nobody | unique) }}) then
        return null;
    end if;
    return nullif(key, '');
end
$body$
{% endmacro %}
