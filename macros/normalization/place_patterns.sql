{% macro place_patterns() %}
{#-
  How company_name_differences() knows places and their levels in a Chinese name, as a dictionary of regular expressions, as SQL
  literals.

    peoples          the peoples that the name of an autonomous region may have in it
    places           places at the beginning of a name, that no list has to know
    any_level        the level of a place: 省, 市, 区, …
    last_level       the same at the end
    place_and_level  a place and its level, anywhere; of its groups one of the first two is the place, the third the level
-#}
{%- set cjk = '一-龥' -%}
{%- set levels = '特别行政区|自治区|自治州|自治县|自治旗|街道|地区|新区|省|市|县|区|州|盟|旗|乡|镇|村' -%}
{#- 广西壮族自治区 is 广西自治区, 延边朝鲜族自治州 is 延边自治州. -#}
{%- set peoples -%}
(?:(?:壮|回|藏|苗|侗|瑶|彝|土家|布依|朝鲜|满|蒙古|白|哈尼|黎|傣|畲|傈僳|拉祜|佤|水|纳西|土|羌|达斡尔|仫佬|锡伯|景颇|撒拉|布朗|毛南|仡佬|阿昌|普米|怒|鄂温克|京|保安|德昂|裕固|独龙|鄂伦春|东乡|高山|各)族|维吾尔|哈萨克|柯尔克孜|塔吉克|蒙古(?=自治[州县]))+(?=自治)
{%- endset -%}
{#- With these 市 and 区 make words and no places: 超市, 城市, 小区. But 宣城市 and 江门市 are places. -#}
{%- set no_city = '超城都门股夜集上闹楼早花菜黑书房车街' -%}
{%- set no_district = '小社园景发校厂牧地特片商郊库农城市' -%}
{#- A line for each of the places that no list has to know: 芜湖市…, 沙县…, 长治市长治县…. -#}
{%- set place -%}
[{{ cjk }}]{2,3}省
[{{ cjk }}]{2,4}自治[区州县]
[{{ cjk }}]{1,3}县
[{{ cjk }}]{1,3}(?![{{ no_city }}])[{{ cjk }}]市
(?![大新小中老古名])[{{ cjk }}][城都门]市
[{{ cjk }}]{2,3}新区
[{{ cjk }}]{1,3}(?![{{ no_district }}])[{{ cjk }}]区
{%- endset -%}
{%- set places -%} ^(?:{{ place | replace('\n', '|') }})+ {%- endset -%}
{#- A place and its level, anywhere. Two characters are enough to know a place by; one is, where no other name stands before it. -#}
{%- set place_and_level -%}
(?:(?:^|(?<=[省市县区州盟旗]))(?![省市县{{ no_city }}{{ no_district }}])([{{ cjk }}])|(?![{{ cjk }}][新地]区)([{{ cjk }}]{2}))({{ levels }})
{%- endset -%}
{%- set any_level -%} (?:{{ levels }}) {%- endset -%}
{%- set last_level -%} (?:{{ levels }})$ {%- endset -%}
{%- set patterns = {
    'peoples': peoples, 'places': places, 'any_level': any_level, 'last_level': last_level, 'place_and_level': place_and_level,
} -%}
{%- for name, pattern in patterns.items() -%}
    {%- do patterns.update({name: company_enrichment.quoted(pattern)}) -%}
{%- endfor -%}
{{- return(patterns) -}}
{% endmacro %}
