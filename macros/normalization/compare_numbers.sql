{% macro compare_numbers() %}
{#-
  plpgsql, a step of company_name_differences(): sets is_other_number where the names have different numbers at the same place of
  one_core and other_core: with the same character before or behind, or with nothing else around. A number that the other
  name has there, too, contradicts none. Uses one_numbers, one_between and those of the other name.
-#}
{%- set ordinal = company_enrichment.ordinal_patterns() -%}
    if one_core <> translate(one_core, {{ ordinal.counting }}, '') and other_core <> translate(other_core, {{ ordinal.counting }}, '') then
    {%- for side in ['one', 'other'] %}
        {{ side }}_numbers := array(select (regexp_matches({{ side }}_core, {{ ordinal.any_ordinal }}, 'g'))[1]);
        {{ side }}_between := regexp_split_to_array({{ side }}_core, {{ ordinal.any_ordinal }});
    {%- endfor %}
        with compared as (
            select
                ones.place as one_place,
                others.place as other_place,
                one_numbers[ones.place] = other_numbers[others.place] as is_same
            from generate_subscripts(one_numbers, 1) as ones (place)
            cross join generate_subscripts(other_numbers, 1) as others (place)
            inner join lateral (
                select
                    right(one_between[ones.place], 1) as one_before,
                    left(one_between[ones.place + 1], 1) as one_behind,
                    right(other_between[others.place], 1) as other_before,
                    left(other_between[others.place + 1], 1) as other_behind
            ) as around on true
            where
                (around.one_before = around.other_before and around.one_before <> '')
                or (around.one_behind = around.other_behind and around.one_behind <> '')
                or concat(around.one_before, around.one_behind, around.other_before, around.other_behind) = ''
        )

        select exists(
            select
            from compared as differing
            where
                not exists (select from compared as same where same.is_same and same.one_place = differing.one_place)
                and not exists (select from compared as same where same.is_same and same.other_place = differing.other_place)
        )
        into is_other_number;
    end if;
{%- endmacro %}
