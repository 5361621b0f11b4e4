{% macro company_name_digits() %}
{#-
  DDL of company_name_digits(text): a name, or a part of one, with its numbers in ASCII digits, so that numbers of one value
  are one text: 第三建筑 and 第叁建筑 -> 第3建筑, 二十一矿 -> 21矿, 二〇二五 -> 2025, 第03店 -> 第3店. For comparing two names with each
  other, never for a key: 万科 becomes 10000科.

  Expects folded text, so that full-width digits and numbers in circles are ASCII already. Numbers that are Latin words
  (II, second) are for names whose words are still apart: latin_numbers().
-#}
{%- set digits = '〇一二三四五六七八九' -%}
{%- set units = '十百千万亿廿卅' -%}
{%- set as_typed = '零○壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟萬億卄〡〢〣〤〥〦〧〨〩〸〹〺' -%}
{%- set as_read = '〇〇一二二三三三四五六六七八九十百千万亿廿一二三四五六七八九十廿卅' -%}
{%- set run -%} [0-9]*[{{ digits }}{{ units }}][0-9{{ digits }}{{ units }}]* {%- endset -%}
{%- set written_in_chinese -%} 0{{ digits }}{{ units }} {%- endset -%}
create or replace function {{ target.schema }}.company_name_digits(name text)
returns text
language plpgsql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $body$
declare
    rest text := translate(name, {{ company_enrichment.quoted(as_typed) }}, {{ company_enrichment.quoted(as_read) }});
    done text := '';
    run text;
    letter text;
    digit integer;
    unit numeric;
    number numeric;
    section numeric;
    total numeric;
begin
    if rest = translate(rest, {{ company_enrichment.quoted(written_in_chinese) }}, '') then
        return rest;
    end if;
    {#- 两百 is 200; 两 alone is a word more often than a number. #}
    if strpos(rest, '两') > 0 then
        rest := regexp_replace(rest, '两(?=[百千万亿])', '二', 'g');
    end if;
    loop
        run := substring(rest from {{ company_enrichment.quoted(run) }});
        exit when run is null;
        done := done || left(rest, strpos(rest, run) - 1);
        rest := substr(rest, strpos(rest, run) + char_length(run));
        {#- Nobody counts with more than twenty characters. #}
        if char_length(run) > 20 then
            done := done || translate(run, {{ company_enrichment.quoted(digits) }}, '0123456789');
            continue;
        end if;
        number := null;
        section := 0;
        total := 0;
        foreach letter in array string_to_array(run, null) loop
            digit := strpos({{ company_enrichment.quoted(digits) }}, letter) - 1;
            if digit < 0 and letter between '0' and '9' then
                digit := letter::integer;
            end if;
            if digit >= 0 then
                number := coalesce(number, 0) * 10 + digit;
                continue;
            end if;
            if letter in ('廿', '卅') then
                section := section + case letter when '廿' then 20 else 30 end;
                continue;
            end if;
            unit := case letter when '十' then 10 when '百' then 100 when '千' then 1000 when '万' then 10000 else 100000000 end;
            if unit < 10000 then
                section := section + coalesce(nullif(number, 0), 1) * unit;
            elsif unit = 10000 then
                total := total + coalesce(nullif(section + coalesce(number, 0), 0), 1) * unit;
                section := 0;
            else
                total := coalesce(nullif(total + section + coalesce(number, 0), 0), 1) * unit;
                section := 0;
            end if;
            number := null;
        end loop;
        done := done || (total + section + coalesce(number, 0))::text;
    end loop;
    {#- 001 is 1. #}
    return regexp_replace(done || rest, '(?<![0-9])0+(?=[0-9])', '', 'g');
end
$body$
{% endmacro %}
