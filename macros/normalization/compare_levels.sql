{% macro compare_levels() %}
{#-
  plpgsql, a step of company_name_differences(): sets is_other_level where both names, one_text and other_text, have a place, on
  no level that both have.
-#}
{%- set place_and_level = company_enrichment.place_patterns().place_and_level -%}
    if one_text <> translate(one_text, '省市县区州盟旗乡镇村街', '') and other_text <> translate(other_text, '省市县区州盟旗乡镇村街', '') then
        with place as (
            select
                named.is_one,
                coalesce(named.found[1], named.found[2]) as place,
                regexp_replace(named.found[3], '^自治(?=[州县旗])', '') as level
            from (
                select true as is_one, regexp_matches(one_text, {{ place_and_level }}, 'g') as found
                union all
                select false as is_one, regexp_matches(other_text, {{ place_and_level }}, 'g') as found
            ) as named
        )

        select exists(
            select place.place
            from place
            group by place.place
            having
                count(*) filter (where place.is_one) > 0
                and count(*) filter (where not place.is_one) > 0
                and not array_agg(place.level) filter (where place.is_one) && array_agg(place.level) filter (where not place.is_one)
        )
        into is_other_level;
    end if;
{%- endmacro %}
