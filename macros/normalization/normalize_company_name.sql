{% macro normalize_company_name(schema=none) %}
{#-
  DDL of normalize_company_name(text), the name key: the one rule by which two spellings count as the same name.
  NULL when nothing is left that names anybody. Every rule is explained by an example in docs/name_key.md.

  Most names need little of the rules, so cheap tests come first (measured: benchmarks/name_key.py); what they let
  through has the key that company_name_key_in_full() would give, which a property test shows. They let no name
  through that ends like a text with a rule of its own, such as a placeholder or an attached suffix.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
{%- set texts = company_enrichment.name_rule_texts() -%}
{#- Endings that need the rules: of suffixes always; of texts that are none only where the name is as short as they are. -#}
{%- set endings = ['x', 'X'] -%}
{%- set endings_of_short_names = [] -%}
{%- set lengths = [0] -%}
{#- Other punctuation than in the patterns below cannot stand in the names that they let through. -#}
{%- for text in texts.placeholders + texts.markers + texts.attached_suffixes
        if text.letters and not modules.re.search("[^\\w .,&'()]", text.folded) -%}
    {%- do (endings if text in texts.attached_suffixes else endings_of_short_names).extend([text.letters[-1], text.letters[-1] | upper]) -%}
    {%- do lengths.append(text.letters.encode('utf-8') | length) -%}
{%- endfor -%}
{%- set endings = company_enrichment.quoted_array(endings | unique(case_sensitive=true) | list) -%}
{%- set endings_of_short_names = company_enrichment.quoted_array(endings_of_short_names | unique(case_sensitive=true) | list) -%}
{#- Letters that NFKC leaves as they are, but for those that may stand for others: 北京XX公司, 某某公司 (name_fault_of). -#}
{%- set letter = '0-9A-WYZa-wyz一-屮屰-柏柑-烪烬-锞锠-龥' -%}
{#- 60 % of Chinese names: nothing to do but lower case. -#}
{%- set plain -%} ^[{{ letter }}]+$ {%- endset -%}
{#- Blanks anywhere, and brackets that neither begin nor end the name: 青岛啤酒（北京）有限公司, Acme Holding -#}
{%- set bracketed -%}
^ *[{{ letter }}][{{ letter }} ]*(?:[(（][{{ letter }} ]*[)）][{{ letter }} ]*)*[{{ letter }}] *$
{%- endset -%}
{#- Acme (U.S.A.) Co., Ltd. -#}
{%- set western = "^[0-9A-Za-z][0-9A-Za-z .,&'()]*[0-9A-Za-z][.]?$" -%}
{#- A marker or suffix of ASCII characters could stand in such a name, delimited. -#}
{%- set western_remarks = [] -%}
{%- for text in texts.markers + texts.account_suffixes + texts.attached_suffixes if modules.re.fullmatch('[ -~]+', text.folded) -%}
    {%- do western_remarks.append(text.folded) -%}
{%- endfor -%}
create or replace function {{ schema }}.normalize_company_name(name text)
returns text
language sql immutable parallel safe
return case
    -- A character has at least one octet: none of these names is too long.
    when octet_length(name) > {{ company_enrichment.checked_var('name_maximum_length') }}
        then {{ schema }}.company_name_key_in_full(name)
    when
        name ~ {{ company_enrichment.quoted(plain) }}
        and right(name, 1) <> all({{ endings }})
        and (octet_length(name) > {{ lengths | max }} or right(name, 1) <> all({{ endings_of_short_names }}))
        -- Case by "C" is enough where the only letters with case are ASCII, and takes half the time.
        then lower(name collate "C")
    {%- if not western_remarks %}
    {%- set letters = company_enrichment.without_characters('name', " .,&'()") %}
    when
        ascii(name) < 128
        and name ~ {{ company_enrichment.quoted(western) }}
        and right(rtrim(name, '.'), 1) <> all({{ endings }})
        and (octet_length({{ letters }}) > {{ lengths | max }} or right(rtrim(name, '.'), 1) <> all({{ endings_of_short_names }}))
        then lower({{ letters }} collate "C")
    {%- endif %}
    {%- set letters = company_enrichment.without_characters('name', ' ()（）') %}
    when
        name ~ {{ company_enrichment.quoted(bracketed) }}
        and right(rtrim(name), 1) <> all({{ endings }})
        and (octet_length({{ letters }}) > {{ lengths | max }} or right(rtrim(name), 1) <> all({{ endings_of_short_names }}))
        then lower({{ letters }} collate "C")
    else {{ schema }}.company_name_key_in_full(name)
end
{% endmacro %}
