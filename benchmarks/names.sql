-- Invented names of the mix that the name key is measured on: 60 % need nothing but lower case, 36 % blanks and
-- brackets or Western punctuation taken out, 4 % all rules. The same names every time. :names is their number.
create table names as
with words as (
    select
        array['北京', '上海', '深圳市', '广州', '浙江', '山东省', '成都', '武汉'] as regions,
        array['华信', '金科', '东方', '瑞丰', '恒远', '新天地', '中远', '联创', '博雅', '天行健'] as brands,
        array['科技', '电子', '商贸', '建筑工程', '医药', '物流', '投资管理', '新能源', '食品'] as industries,
        array['有限公司', '有限责任公司', '股份有限公司', '集团有限公司'] as forms,
        array['Global', 'Pacific', 'United', 'General', 'Northern'] as western_words,
        array['Co., Ltd.', 'Inc.', 'Holdings plc', 'GmbH', 'S.A.', 'Corp.'] as western_forms
),

parts as (
    select
        number,
        -- A prime step spreads the kinds evenly over the table.
        number * 37 % 100 as kind,
        regions[1 + number % 8] as region,
        brands[1 + number / 8 % 10] || number / 80 as brand,
        industries[1 + number / 7 % 9] as industry,
        forms[1 + number / 3 % 4] as form,
        western_words[1 + number / 11 % 5] || ' Industries ' || number / 80 as western,
        western_forms[1 + number / 5 % 6] as western_form
    from words
    cross join generate_series(1, :names) as number
)

select
    number,
    case
        when kind < 60 then region || brand || industry || form
        when kind < 78 then brand || '（' || region || '）' || industry || form
        when kind < 84 then brand || '(' || region || ')' || industry || form
        when kind < 88 then ' ' || brand || ' ' || industry || form || ' '
        when kind < 96 then 'Acme ' || western || ' ' || western_form
        when kind = 96 then '【存量】' || brand || industry || form
        when kind = 97 then brand || industry || form || '-已转出'
        when kind = 98 then brand || 'ＡＢＣ' || industry || form || '（团托）'
        else brand || industry || form || '及下属子企业'
    end as name
from parts
