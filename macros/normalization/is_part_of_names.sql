{% macro is_part_of_names(text) %}
{#-
  True where a text at an end of a name may belong to the name, as an SQL expression, and so may not be taken for a remark: a
  place, a part of a company, a group, a legal form, a number. 北京, (中国), 浦东新区, 第二分厂, 工会, 集团, 有限合伙, China, Ltd, 2.
  Cautious: a text that is neither stays out of it.

  Argument
    text  an SQL expression, in the form of company_name_without_remarks(), used several times
-#}
{%- set forms = company_enrichment.legal_forms() -%}
{%- set chinese_places = [
    '中国', '中华', '大中华', '国家', '国际', '全球', '全国', '亚洲', '亚太', '东亚', '东南亚', '欧洲', '北美', '南美', '美洲', '非洲', '大洋洲',
    '华东', '华南', '华北', '华中', '东北', '西北', '西南', '美国', '英国', '日本', '韩国', '德国', '法国', '意大利', '西班牙', '荷兰', '瑞士', '瑞典',
    '新加坡', '马来西亚', '泰国', '越南', '印度', '印尼', '印度尼西亚', '菲律宾', '俄罗斯', '加拿大', '澳大利亚', '澳洲', '新西兰', '巴西', '墨西哥',
    '开曼', '百慕大', '卢森堡', '爱尔兰'
] -%}
{%- set chinese_parts = [
    '省', '市', '区', '县', '镇', '乡', '村', '州', '盟', '旗', '岛', '港', '湾', '路', '街', '街道', '园', '厂', '店', '部', '院', '所', '站',
    '校', '学院', '行', '社', '室', '局', '处', '馆', '队', '组', '科', '班', '矿', '场', '库', '公司', '集团', '控股', '股份', '中心', '工会', '食堂',
    '委员会', '协会', '商会', '学会', '基金会', '项目', '支部', '总部', '事务所', '合作社', '联合社', '个体工商户', '个体户', '经营部', '期', '号'
] -%}
{%- set western_words = [
    'china', 'prc', 'hong', 'hongkong', 'hk', 'macau', 'macao', 'taiwan', 'asia', 'pacific', 'apac', 'europe', 'emea', 'america', 'americas',
    'africa', 'usa', 'us', 'uk', 'eu', 'international', 'intl', 'global', 'worldwide', 'north', 'south', 'east', 'west', 'central',
    'group', 'holding', 'holdings', 'branch', 'office', 'plant', 'division', 'region', 'store', 'shop', 'union',
    'beijing', 'tianjin', 'shanghai', 'chongqing', 'hebei', 'shanxi', 'liaoning', 'jilin', 'heilongjiang', 'jiangsu', 'zhejiang', 'anhui',
    'fujian', 'jiangxi', 'shandong', 'henan', 'hubei', 'hunan', 'guangdong', 'hainan', 'sichuan', 'guizhou', 'yunnan', 'shaanxi', 'gansu',
    'qinghai', 'mongolia', 'guangxi', 'tibet', 'xizang', 'ningxia', 'xinjiang', 'shenzhen', 'guangzhou', 'hangzhou', 'nanjing', 'suzhou',
    'wuxi', 'ningbo', 'wenzhou', 'xiamen', 'fuzhou', 'qingdao', 'jinan', 'dalian', 'shenyang', 'changchun', 'harbin', 'wuhan',
    'changsha', 'zhengzhou', 'chengdu', 'xian', 'kunming', 'guiyang', 'nanning', 'haikou', 'nanchang', 'hefei', 'taiyuan', 'zhuhai',
    'dongguan', 'foshan', 'zhongshan', 'changzhou', 'yantai', 'japan', 'korea', 'germany', 'france', 'italy', 'spain', 'netherlands',
    'switzerland', 'sweden', 'singapore', 'malaysia', 'thailand', 'vietnam', 'india', 'indonesia', 'philippines', 'russia', 'canada',
    'australia', 'zealand', 'brazil', 'mexico', 'cayman', 'bermuda', 'luxembourg', 'ireland', 'england', 'britain', 'dubai', 'london'
] -%}
{%- set places = company_enrichment.any_text_of(chinese_places + company_enrichment.checked_var('company_regions')) -%}
{%- set parts = company_enrichment.any_text_of(
    chinese_parts + company_enrichment.checked_var('company_branch_words') + forms.chinese) -%}
{%- set begins_with_place -%} ^(?:{{ places }}) {%- endset -%}
{%- set ends_with_part -%} (?:{{ parts }})$ {%- endset -%}
{%- set has_western_word -%} \m(?:{{ (western_words + forms.western) | unique | sort | join('|') }})\M {%- endset -%}
(
    {{ text }} ~ {{ company_enrichment.quoted(begins_with_place) }}
    or {{ text }} ~ {{ company_enrichment.quoted(ends_with_part) }}
    or {{ text }} ~ {{ company_enrichment.quoted(has_western_word) }}
    or {{ text }} !~ {{ company_enrichment.quoted('[^\\W\\d_]') }}
    or {{ text }} ~ {{ company_enrichment.quoted('^(?:第|no\\.? ?)?[0-9一二三四五六七八九十]+.?$') }}
)
{%- endmacro %}
