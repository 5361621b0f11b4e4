{% macro key_of_words(texts, compared) %}
{#-
  plpgsql, the end of judged_company_name(): the name key of a name that the rules have left as its words, or the fault that
  shows in the key alone. Of its variables it reads `words`, `piece` and `is_ordinary`, and writes `letters`,
  `without_suffix`, `key`, `fault` and `words`.

  Arguments
    texts     what name_rule_texts() returned
    compared  what compared_name_texts() made of them
-#}
{%- set characters = company_enrichment.name_characters() -%}
{%- set suffixes = texts.attached_suffixes | map(attribute='letters') | list -%}
{%- set trailing_suffixes -%} (?:{{ company_enrichment.any_text_of(suffixes) }})+$ {%- endset -%}
{%- set dot_above_i -%} (?<=i)\u0307+ {%- endset -%}
{%- set signs_alone -%} ^[{{ characters.signs }}]+$ {%- endset -%}
{#- 中国平安保险(集团)股份有限公司 -> 中国平安保险集团股份有限公司: punctuation goes, the content of brackets stays. -#}
letters := {{ company_enrichment.letters_of("words") }};
    if letters = any({{ company_enrichment.quoted_array(texts.protected_names | map(attribute='letters')) }}) then
        key := letters;
        return;
    end if;
    {#- 中国平安及下属(子企业) -> 中国平安 #}
    if {{ company_enrichment.affix_length('right', 'letters', suffixes) | indent(4) }} > 0 then
        without_suffix := regexp_replace(letters, {{ company_enrichment.quoted(trailing_suffixes) }}, '');
        letters := coalesce(nullif(without_suffix, ''), letters);
    end if;
    {#- ᄀ-ᅡ -> 가, i<U+0307> -> i: characters that became neighbours may form one, and that may be at an end. #}
    key := letters;
    while not is_ordinary loop
        if letters is not nfkc normalized then
            letters := normalize(letters, nfkc);
        end if;
        letters := regexp_replace(letters, {{ company_enrichment.quoted(dot_above_i) }}, '', 'g');
        exit when letters = key;
        key := letters;
    end loop;
    {#- 存量 -> NULL: nothing is left that names anybody. #}
    fault := case
        when key = any({{ company_enrichment.quoted_array(compared.lone_placeholders) }}) then 'is a placeholder for a name'
        when key = any({{ company_enrichment.quoted_array(compared.lone_markers) }}) then 'is a remark without a name'
        when key = '' or key !~ '[0-9a-z一-鿿]' and key ~ {{ company_enrichment.quoted(signs_alone) }} then 'holds no letter or digit'
        when key <> piece then {{ company_enrichment.name_fault_of('key') | indent(12) }}
    end;
    if fault is not null then
        words := null;
        key := null;
    end if;
{%- endmacro %}
