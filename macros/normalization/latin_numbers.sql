{% macro latin_numbers() %}
{#-
  DDL of latin_numbers(text): a folded name with the numbers that are Latin words in ASCII digits: acme ii -> acme 2,
  样例ii期 -> 样例2期, second bank -> 2 bank, 21st century -> 21 century. Roman numerals are read up to xxxix. One that begins a
  Latin name, or is a single letter before no Chinese one, is more likely no number: xi wen inc, acme v holding.
-#}
{%- set ones = ['', 'i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix'] -%}
{%- set values = {} -%}
{%- for tens in ['', 'x', 'xx', 'xxx'] -%}
    {%- set number = loop.index0 * 10 -%}
    {%- for one in ones if tens or one -%}
        {%- do values.update({[tens, one] | join: number + ones.index(one)}) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set numerals = '(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})' -%}
{%- set words = [
    'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve',
    'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth',
] -%}
{%- for word in words -%}
    {%- do values.update({word: loop.index0 % 12 + 1}) -%}
{%- endfor -%}
{%- set values = company_enrichment.quoted(values | tojson) -%}
{%- set latin = '0-9a-zß-ɏ' -%}
{%- set chinese = '[㐀-鿿]' -%}
{#- A number word anywhere; a numeral behind anything but the beginning, a single letter before Chinese only. -#}
{%- set any_number -%}
(?<![{{ latin }}])(?:{{ words | join('|') }})(?![{{ latin }}])|(?<=[^{{ latin }}])(?![ivx](?![{{ latin }}]))(?:{{ numerals }})(?![{{ latin }}])|(?<![{{ latin }}])(?:{{ numerals }})(?={{ chinese }})
{%- endset -%}
{%- set before -%} (?<![{{ latin }}]) {%- endset -%}
{%- set behind -%} (?![{{ latin }}]) {%- endset -%}
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
        from regexp_matches(numbered, {{ company_enrichment.quoted(any_number) }}, 'g') as found (groups)
    loop
        numbered := regexp_replace(
            numbered,
            {{ company_enrichment.quoted(before) }} || found_word || {{ company_enrichment.quoted(behind) }},
            {{ values }}::jsonb ->> found_word,
            'g'
        );
    end loop;
    return numbered;
end
$body$
{% endmacro %}
