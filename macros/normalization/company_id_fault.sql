{% macro company_id_fault() %}
{#-
  DDL of company_id_fault(text): why a text is no company id, as a phrase that follows "the company id", or NULL when it may
  be one. The one gate for every id, whoever brings it; it is given the text as it came, and judges it as
  clean_company_id() leaves it.

  A plain number, with up to three letters or a word other than TEMP before it, needs no closer look, and neither does a
  unified social credit code without an X, which is also how 1 x 10^6 is written. Everything else goes to
  company_id_fault_in_full(), which judges what follows a prefix (lei:N/A) like an id without one.
-#}
{%- set placeholders = company_enrichment.company_id_placeholders() -%}
{%- set plain = '[A-Z]{0,3}[0-9]*[1-9][0-9]*|[1-9A-HJ-NPQRTUWY][0-9A-HJ-NPQRTUWY][0-9]{6}[0-9A-HJ-NPQRTUWY]{10}' -%}
{#- A placeholder of this form would have to be compared in one case and without its blank. -#}
{%- set words = [] -%}
{%- for text in placeholders if modules.re.fullmatch('[A-Z]{4,}[0-9]+', text) -%}
    {%- do words.append(text) -%}
{%- endfor -%}
{%- set after_a_word = '' if words else '|[A-Za-z]{4,}[ _-]?[0-9]*[1-9][0-9]*' -%}
{%- set plain_placeholders = [] -%}
{%- for text in placeholders if modules.re.fullmatch(plain, text) -%}
    {%- do plain_placeholders.append(text) -%}
{%- endfor -%}
{%- set quoted, quoted_array = company_enrichment.quoted, company_enrichment.quoted_array -%}
{#- How a spreadsheet or a program writes a number again: 600000009.0, 600,000,010, 600 000 012, 6E+08, (600), ¥600, 60%. -#}
{%- set numbers = [
    '^[0-9]+[.,][0-9]*$',
    '^[.,][0-9]+$',
    "^[0-9]{1,3}([,'’٬ ][0-9]{2,4})+([.,][0-9]*)?$",
    '^[0-9]{1,3}([.][0-9]{3})+(,[0-9]*)?$',
    '^[0-9]+( +[0-9]+)+$',
    '^[0-9]+[.,][0-9]*E[+-]?[0-9]+$',
    '^[0-9]+E[+-][0-9]+$',
    '^[0-9]E[0-9]{1,3}$',
    '^[0-9.,]+ ?[X×*·] ?10 ?[\\^]? ?[+-]?[0-9]+$',
    '^[(][0-9.,]+[)]$',
    '^[$¥€£] ?[0-9.,]+$',
    '^[0-9.,]+ ?[%‰元$¥€£]$',
] -%}
{#- And a date or time, which a number, or an empty cell, is shown as: 2025/1/2, 1900-01-00, 2025年1月2日, 1/2/2025, 00:00. -#}
{%- set dates = [
    '^[0-9]{4}[-/.年] ?[0-9]{1,2}[-/.月] ?[0-9]{1,2}日?([ T].*)?$',
    '^[0-9]{1,2}/[0-9]{1,2}/([0-9]{2}|[0-9]{4})( .*)?$',
    '^[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]*)?)?$',
] -%}
create or replace function {{ target.schema }}.company_id_fault_in_full(company_id text)
returns text
language plpgsql immutable parallel safe
as $body$
declare
    id text := {{ target.schema }}.clean_company_id(company_id);
    given text;
    bare text;
    letters text;
begin
    if id is null then
        return 'is empty';
    end if;
    if char_length(id) > 100 then
        return 'is longer than 100 characters';
    end if;
    if id = '{{ company_enrichment.no_company() }}' then
        return 'is {{ company_enrichment.no_company() }}, which only a mapping may say';
    end if;
    if id ~ {{ quoted('[\\u0001-\\u001F\\u007F-\\u009F\\u2028\\u2029]') }} then
        return 'holds a control character';
    end if;
    if id ~ {{ quoted('\\uFFFD') }} then
        return 'has lost a character (U+FFFD)';
    end if;
    -- Twice where there is a prefix: with it, and what follows it.
    foreach given in array array[id, regexp_replace(id, '^[[:alpha:]][[:alnum:]_.-]*:', '')] loop
        bare := upper(coalesce({{ target.schema }}.clean_company_id(normalize(given, nfkc)), ''));
        letters := regexp_replace(bare, '[^[:alnum:]]', '', 'g');
        if bare ~* {{ quoted(company_enrichment.spreadsheet_errors()) }} then
            return 'is an error of a spreadsheet';
        end if;
        if letters = '' then
            return 'has neither a letter nor a digit';
        end if;
        -- Cyrillic and Greek letters that look the same count, too: people would read it as one.
        if translate(bare, 'ТЕМРΤΕΜΡ', 'TEMPTEMP') ~ '^[^[:alnum:]]*TEMP[^[:alnum:]]*([[:digit:]]|$)' then
            return 'has the form of a temporary id';
        end if;
        if letters ~ '^(0+|X{2,}|(待|未|暂|暫|尚)[一-龥]{0,5})$'
            or letters = any({{ quoted_array(placeholders) }}) then
            return 'is a placeholder';
        end if;
        if bare ~ {{ quoted(numbers | join('|')) }} then
            return 'is a number as a spreadsheet rewrites it';
        end if;
        if bare ~ {{ quoted(dates | join('|')) }} then
            return 'is a date or time';
        end if;
        if bare ~ '^[=@+-]' then
            return 'begins like a formula';
        end if;
        if bare ~ {{ quoted('^["\'`“”‘’«»]|["\'`“”‘’«»]$') }} then
            return 'is quoted';
        end if;
        if strpos(bare, '*') > 0 then
            return 'is masked';
        end if;
        if bare ~ '[[:alnum:]] *[;、] *[[:alnum:]]' then
            return 'holds several ids';
        end if;
    end loop;
    return null;
end
$body$
;
create or replace function {{ target.schema }}.company_id_fault(company_id text)
returns text
language sql immutable parallel safe
return case
    when
        company_id ~ '^({{ plain }}{{ after_a_word }})$'
        and upper(left(company_id, 4)) <> 'TEMP'
        and octet_length(company_id) <= 100
        {%- if plain_placeholders %}
        and company_id <> all({{ quoted_array(plain_placeholders) }})
        {%- endif %}
        then null
    else {{ target.schema }}.company_id_fault_in_full(company_id)
end
{% endmacro %}
