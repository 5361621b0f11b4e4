{% macro latin_numbers() %}
{#-
  DDL of latin_numbers(text): a folded name with the numbers that are Latin words in ASCII digits: acme ii -> acme 2,
  样例ii期 -> 样例2期, second bank -> 2 bank, 21st century -> 21 century. Roman numerals are read up to xxxix. One that begins a
  Latin name, or is a single letter beside no Chinese one, is more likely no number: xi wen inc, acme v holding.
-#}
{%- set ones = ['', 'i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix'] -%}
{%- set values = {} -%}
{%- for number in range(1, 40) -%}
    {%- do values.update({'x' * (number // 10) ~ ones[number % 10]: number | string}) -%}
{%- endfor -%}
{%- set numerals = values.keys() | sort(reverse=true) | join('|') -%}
{%- set cardinals = 'one two three four five six seven eight nine ten eleven twelve' -%}
{%- set ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth' -%}
{%- for words in (cardinals, ordinals) -%}
    {%- for word in words.split() -%}
        {%- do values.update({word: loop.index | string}) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set words = (cardinals ~ ' ' ~ ordinals).split() | join('|') -%}
{%- set latin = '[0-9a-zß-ɏ]' -%}
{%- set chinese = '[㐀-鿿]' -%}
{%- set number_words = '(?<!' ~ latin ~ ')(?:' ~ words ~ ')(?!' ~ latin ~ ')' -%}
{%- set behind = '(?<=[^0-9a-zß-ɏ])(?!' ~ '[ivx](?!' ~ latin ~ '))(?:' ~ numerals ~ ')(?!' ~ latin ~ ')' -%}
{%- set behind_chinese = '(?<=' ~ chinese ~ ')(?:' ~ numerals ~ ')(?!' ~ latin ~ ')' -%}
{%- set before_chinese = '(?<!' ~ latin ~ ')(?:' ~ numerals ~ ')(?=' ~ chinese ~ ')' -%}
create or replace function {{ target.schema }}.latin_numbers(name text)
returns text
language plpgsql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $body$
declare
    numbered text := name;
    found_word text;
begin
    if name !~ '[a-z]' then
        return name;
    end if;
    numbered := regexp_replace(numbered, {{ company_enrichment.quoted('(?<=[0-9])(?:st|nd|rd|th)(?![a-z])') }}, '', 'g');
    for found_word in
        select distinct found.groups[1]
        from regexp_matches(
            numbered, {{ company_enrichment.quoted([number_words, behind, behind_chinese, before_chinese] | join('|')) }}, 'g'
        ) as found (groups)
    loop
        numbered := regexp_replace(
            numbered,
            '(?<!' || {{ company_enrichment.quoted(latin) }} || ')' || found_word || '(?!' || {{ company_enrichment.quoted(latin) }} || ')',
            {{ company_enrichment.quoted(values | tojson) }}::jsonb ->> found_word,
            'g'
        );
    end loop;
    return numbered;
end
$body$
{% endmacro %}
