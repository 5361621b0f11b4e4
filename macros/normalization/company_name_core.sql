{% macro company_name_core() %}
{#-
  DDL of company_name_core(text): the looser key of a name, for finding candidates and never for identity, and beside
  it the parts that were cut. Two names of one core are the same company only if their parts agree, too.

    core        letters and digits of what is left, without accents; the name key where nothing would be
    legal_form  in its canonical form: 有限责任公司 and 有限公司 are 有限公司, Limited and Ltd. are ltd (var company_legal_forms)
    region      of the beginning, without 省, 市, 区, 县: 北京市朝阳区… -> 北京朝阳 (var company_regions)
    branch      of the end, or whatever follows a legal form: …有限公司北京分公司 -> 北京分公司 (var company_branch_words)
    bracket     the content of brackets, several joined by a blank: 青岛啤酒(北京)有限公司 -> 北京

  A part that is not there is NULL; all are NULL for a name without a name key.
-#}
{%- set forms = company_enrichment.legal_forms() -%}
{%- set characters = company_enrichment.name_characters() -%}
{%- set punctuation -%} [{{ characters.dropped }}{{ characters.white_space }}{{ characters.decoration }}]+ {%- endset -%}
{#- A literal where it is used, not a variable, which would be parsed in every call. -#}
{%- set canonical_forms -%} {{ company_enrichment.quoted(forms.canonical | tojson) }}::jsonb {%- endset -%}
{#- 公司 alone ends a name, but may stand anywhere in it. -#}
{%- set long_form = company_enrichment.any_text_of(forms.chinese | reject('in', ['公司', '株']) | list) -%}
{%- set up_to_long_form -%} ^.*(?:{{ long_form }})(?=.) {%- endset -%}
{%- set western_forms -%} (?:(?: and)? (?:{{ forms.western | sort(reverse=true) | join('|') }}))+$ {%- endset -%}
{%- set region = company_enrichment.any_text_of(company_enrichment.checked_var('company_regions')) -%}
{%- set branch_word = company_enrichment.any_text_of(company_enrichment.checked_var('company_branch_words')) -%}
{%- set place_and_branch -%} (?:(?:{{ region }}).*)?(?:{{ branch_word }})$ {%- endset -%}
{%- set regions -%}
^(?:(?:{{ region }})(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区)?)+(?:[一-龥]{2}(?:市|区|县))?
{%- endset -%}
create or replace function {{ target.schema }}.company_name_core(
    name text, out core text, out legal_form text, out region text, out branch text, out bracket text
)
language plpgsql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $body$
declare
    words text;
    found_form text;
begin
    core := {{ target.schema }}.normalize_company_name(name);
    if core is null then
        return;
    end if;

    if core = lower(name) then
        -- Letters and digits only, and no remark.
        words := core;
    else
        words := {{ target.schema }}.company_name_without_remarks(name);
        {#- 企业管理中心(有限合伙): a legal form in brackets is a legal form. #}
        if strpos(words, '(') > 0 then
            select
                (array_agg({{ canonical_forms }} ->> content.part order by position) filter (where {{ canonical_forms }} ? content.part))[1],
                string_agg(content.part, ' ' order by position) filter (
                    where content.part <> '' and not {{ canonical_forms }} ? content.part
                )
            into legal_form, bracket
            from regexp_matches(words, '[(]([^()]+)[)]', 'g') with ordinality as found (groups, position)
            cross join lateral (select {{ company_enrichment.letters_of('found.groups[1]') }} as part) as content;
            words := regexp_replace(words, '[(][^()]+[)]', '', 'g');
        end if;
        {#- at&t -> at and t, moody's -> moodys, s.a. -> sa, a/s -> as, pty.ltd. -> pty ltd #}
        words := replace(words, '&', ' and ');
        words := regexp_replace(words, {{ company_enrichment.quoted("['’]|(?<=\\m[a-z])[./](?=[a-z]\\M)") }}, '', 'g');
        words := btrim(regexp_replace(words, {{ company_enrichment.quoted(punctuation) }}, ' ', 'g'));
    end if;
    {#- crédit agricole -> credit agricole, ørsted -> orsted #}
    if words ~ '[ß-ɏ]' then
        words := normalize(regexp_replace(normalize(words, nfd), {{ company_enrichment.quoted('[\\u0300-\\u036F]+') }}, '', 'g'), nfc);
        words := translate(replace(replace(replace(words, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'øđł', 'odl');
    end if;

    {#- 建设银行股份有限公司北京分行 -> 建设银行股份有限公司 + 北京分行; 建设银行北京朝阳支行 -> 建设银行 + 北京朝阳支行 #}
    if {{ company_enrichment.affix_length('right', 'words', company_enrichment.checked_var('company_branch_words')) | indent(4) }} > 0 then
        branch := coalesce(
            nullif(regexp_replace(words, {{ company_enrichment.quoted(up_to_long_form) }}, ''), words),
            substring(words from {{ company_enrichment.quoted(place_and_branch) }})
        );
    elsif {{ company_enrichment.affix_length('right', 'words', forms.chinese) | indent(4) }} = 0 then
        branch := nullif(regexp_replace(words, {{ company_enrichment.quoted(up_to_long_form) }}, ''), words);
    end if;
    if char_length(words) - char_length(branch) >= 2 then
        words := btrim(left(words, -char_length(branch)));
        branch := replace(branch, ' ', '');
    else
        branch := null;
    end if;

    {#- 平安银行股份有限公司 -> 平安银行, acme gmbh and co kg -> acme. What is nothing but a legal form keeps it. #}
    found_form := right(words, {{ company_enrichment.affix_length('right', 'words', forms.chinese) | indent(4) }});
    if found_form = '' and strpos(words, ' ') > 0 then
        found_form := substring(words from {{ company_enrichment.quoted(western_forms) }});
        if found_form is not null then
            select string_agg({{ canonical_forms }} ->> word, ' ' order by position) into legal_form
            from unnest(string_to_array(found_form, ' ')) with ordinality as formed (word, position)
            where {{ canonical_forms }} ? word;
            words := left(words, -char_length(found_form));
        end if;
    elsif found_form not in ('', words) then
        legal_form := {{ canonical_forms }} ->> found_form;
        words := left(words, -char_length(found_form));
    end if;

    {#- 深圳市南山区华信科技 -> 华信科技 + 深圳南山 #}
    if {{ company_enrichment.affix_length('left', 'words', company_enrichment.checked_var('company_regions')) | indent(4) }} > 0 then
        region := substring(words from {{ company_enrichment.quoted(regions) }});
        if char_length(words) - char_length(region) >= 2 then
            words := right(words, -char_length(region));
            region := regexp_replace(region, '(?:壮族|回族|维吾尔)?自治区|特别行政区|[省市区县 ]', '', 'g');
        else
            region := null;
        end if;
    end if;

    words := replace(words, ' ', '');
    if words <> '' then
        core := words;
    end if;
end
$body$
{% endmacro %}
