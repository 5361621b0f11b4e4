-- The functions that made the keys of names and codes before version 8: what they do not know for a letter is dropped, and
-- a code is trimmed. As a deployment of that time holds them.
CREATE OR REPLACE FUNCTION enterprise.company_name_without_remarks(name text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    folded text := regexp_replace(regexp_replace(lower(upper(normalize(case when name ~ E'[\\u0001-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]+|[[:space:]\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+' then regexp_replace(regexp_replace(regexp_replace(name, E'[\\u0001-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]+', '', 'g'), E'[[:space:]\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+', ' ', 'g'), ' (?![0-9A-Za-zÀ-ɏ０-９Ａ-Ｚａ-ｚ])|(?<![0-9A-Za-zÀ-ɏ０-９Ａ-Ｚａ-ｚ]) ', '', 'g') else name end, nfkc))), E'[\\[{<«‹⁅⟦⟨⟪⟮⦃⦅⦗❨❪❬❮❰❲❴⸢⸤⸨〈《「『【〔〖〘〚]', '(', 'g'), E'[\\]}>»›⁆⟧⟩⟫⟯⦄⦆⦘❩❫❭❯❱❳❵⸣⸥⸩〉》」』】〕〗〙〛]', ')', 'g');
    is_placeholder boolean;
    is_empty boolean;
    without_leading text;
    without_markers text;
    without_remarks text;
    piece text;
    cut integer;
begin
    if char_length(folded) > 500 then
        return null;
    end if;
    is_placeholder := btrim(replace(folded, ' ', ''), E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() ') = any (array[E'null', E'n/a', E'无', E'空白', E'0', E'']::text[]);
    without_leading := folded;
    loop
        cut := 0;
        piece := substring(without_leading from E'^[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]*[^-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]+[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=)]+');
        if btrim(replace(piece, ' ', ''), E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() ') = any (array[E'已转出', E'待转出', E'待转移', E'终止', E'转出', E'转移', E'保留', E'暂停', E'注销', E'清算', E'解散', E'吊销', E'撤销', E'停业', E'歇业', E'关闭', E'迁出', E'迁入', E'变更', E'合并', E'分立', E'破产', E'重整', E'托管', E'接管', E'整顿', E'清盘', E'退出', E'终结', E'结束', E'完结', E'已作废', E'作废', E'存量', E'原', E'转移终止', E'已终止', E'保留账户', E'已转移终止', E'本部', E'未使用', E'集合', E'企业年金计划']::text[]) then
            cut := char_length(piece);
            without_leading := right(without_leading, -cut);
        end if;
        exit when cut = 0;
    end loop;
    without_leading := ltrim(without_leading, E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=) ');
    without_remarks := without_leading;
loop
        cut := 0;
        cut := (case
            when rtrim(without_remarks, E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() ') is null then 0
            when right(rtrim(without_remarks, E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() '), 6) = any (array[E'及下属子企业']::text[]) then 6
            else 0
        end);
        if cut > 0 then
            without_remarks := left(rtrim(without_remarks, E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() '), -cut);
        end if;
        piece := substring(without_remarks from E'[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=(]+[^-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]+[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]*$');
        if btrim(replace(piece, ' ', ''), E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() ') = any (array[E'已转出', E'待转出', E'待转移', E'终止', E'转出', E'转移', E'保留', E'暂停', E'注销', E'清算', E'解散', E'吊销', E'撤销', E'停业', E'歇业', E'关闭', E'迁出', E'迁入', E'变更', E'合并', E'分立', E'破产', E'重整', E'托管', E'接管', E'整顿', E'清盘', E'退出', E'终结', E'结束', E'完结', E'已作废', E'作废', E'存量', E'原', E'转移终止', E'已终止', E'保留账户', E'已转移终止', E'本部', E'未使用', E'集合', E'企业年金计划', E'养老', E'福利', E'团托']::text[])
            or piece ~ E'-[a-z](?: ?[a-z])?(?: ?[0-9])+[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]*$' then
            cut := char_length(piece);
            without_remarks := left(without_remarks, -cut);
        end if;
        exit when cut = 0;
    end loop;
    if without_remarks = folded and not is_placeholder then
        return folded;
    end if;
    if replace(folded, ' ', '') = any (array[E'保留账户管理']::text[]) then
        return folded;
    end if;
    is_empty := without_remarks !~ '[[:alnum:]]';
    if is_empty or (case
        when replace(without_leading, ' ', '') is null then 0
        when left(replace(without_leading, ' ', ''), 6) = any (array[E'保留账户管理']::text[]) then 6
        else 0
    end) > 0 then
        without_markers := without_leading;
loop
            cut := 0;
            piece := substring(without_markers from E'[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=(]+[^-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]+[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]*$');
            if btrim(replace(piece, ' ', ''), E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() ') = any (array[E'已转出', E'待转出', E'待转移', E'终止', E'转出', E'转移', E'保留', E'暂停', E'注销', E'清算', E'解散', E'吊销', E'撤销', E'停业', E'歇业', E'关闭', E'迁出', E'迁入', E'变更', E'合并', E'分立', E'破产', E'重整', E'托管', E'接管', E'整顿', E'清盘', E'退出', E'终结', E'结束', E'完结', E'已作废', E'作废', E'存量', E'原', E'转移终止', E'已终止', E'保留账户', E'已转移终止', E'本部', E'未使用', E'集合', E'企业年金计划']::text[]) then
                cut := char_length(piece);
                without_markers := left(without_markers, -cut);
            end if;
            exit when cut = 0;
        end loop;
        if replace(without_markers, ' ', '') = any (array[E'保留账户管理']::text[]) then
            return without_markers;
        end if;
        -- Only a marker may leave nothing: (养老) and -A12 alone are what the name is.
        if is_empty then
            without_remarks := without_markers;
        end if;
    end if;
    if is_placeholder or btrim(replace(without_remarks, ' ', ''), E'-—–―‐‑‒−_/\\|:;,.·、。•~+*#・‧∙⋅〜=() ') = any (array[E'null', E'n/a', E'无', E'空白', E'0', E'']::text[]) then
        return null;
    end if;
    return without_remarks;
end
$function$
;
CREATE OR REPLACE FUNCTION enterprise.company_name_key_in_full(name text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    letters text := regexp_replace(enterprise.company_name_without_remarks(name), '[^[:alnum:]]+', '', 'g');
    without_suffix text;
    key text;
begin
    if letters = any (array[E'保留账户管理']::text[]) then
        return letters;
    end if;
    key := letters;
    if (case
        when letters is null then 0
        when right(letters, 6) = any (array[E'及下属子企业']::text[]) then 6
        else 0
    end) > 0 then
        without_suffix := regexp_replace(letters, E'(?:及下属子企业)+$', '');
        key := coalesce(nullif(without_suffix, ''), letters);
    end if;
    if key is not nfkc normalized then
        key := normalize(key, nfkc);
    end if;
    if key = any (array[E'null', E'无', E'空白', E'0', E'已转出', E'待转出', E'待转移', E'终止', E'转出', E'转移', E'保留', E'暂停', E'注销', E'清算', E'解散', E'吊销', E'撤销', E'停业', E'歇业', E'关闭', E'迁出', E'迁入', E'变更', E'合并', E'分立', E'破产', E'重整', E'托管', E'接管', E'整顿', E'清盘', E'退出', E'终结', E'结束', E'完结', E'已作废', E'作废', E'存量', E'原', E'转移终止', E'已终止', E'保留账户', E'已转移终止', E'本部', E'未使用', E'集合', E'企业年金计划']::text[]) then
        return null;
    end if;
    return nullif(key, '');
end
$function$
;
CREATE OR REPLACE FUNCTION enterprise.normalize_company_name(name text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (octet_length(name) > 500) THEN enterprise.company_name_key_in_full(name) WHEN ((name ~ '^[0-9A-Za-z一-龥]+$'::text) AND ("right"(name, 1) <> ALL (ARRAY['l'::text, 'L'::text, '无'::text, '白'::text, '0'::text, '出'::text, '移'::text, '止'::text, '留'::text, '停'::text, '销'::text, '算'::text, '散'::text, '业'::text, '闭'::text, '入'::text, '更'::text, '并'::text, '立'::text, '产'::text, '整'::text, '管'::text, '顿'::text, '盘'::text, '结'::text, '束'::text, '废'::text, '量'::text, '原'::text, '户'::text, '部'::text, '用'::text, '合'::text, '划'::text]))) THEN lower((name COLLATE "C")) WHEN ((ascii(name) < 128) AND (name ~ '^[0-9A-Za-z][0-9A-Za-z .,&''()]*[0-9A-Za-z][.]?$'::text) AND ("right"(rtrim(name, '.'::text), 1) <> ALL (ARRAY['l'::text, 'L'::text, '无'::text, '白'::text, '0'::text, '出'::text, '移'::text, '止'::text, '留'::text, '停'::text, '销'::text, '算'::text, '散'::text, '业'::text, '闭'::text, '入'::text, '更'::text, '并'::text, '立'::text, '产'::text, '整'::text, '管'::text, '顿'::text, '盘'::text, '结'::text, '束'::text, '废'::text, '量'::text, '原'::text, '户'::text, '部'::text, '用'::text, '合'::text, '划'::text]))) THEN lower((replace(replace(replace(replace(replace(replace(replace(name, ' '::text, ''::text), '.'::text, ''::text), ','::text, ''::text), '&'::text, ''::text), ''''::text, ''::text), '('::text, ''::text), ')'::text, ''::text) COLLATE "C")) WHEN ((name ~ '^ *[0-9A-Za-z一-龥][0-9A-Za-z一-龥 ]*(?:[(（][0-9A-Za-z一-龥 ]*[)）][0-9A-Za-z一-龥 ]*)*[0-9A-Za-z一-龥] *$'::text) AND ("right"(rtrim(name), 1) <> ALL (ARRAY['l'::text, 'L'::text, '无'::text, '白'::text, '0'::text, '出'::text, '移'::text, '止'::text, '留'::text, '停'::text, '销'::text, '算'::text, '散'::text, '业'::text, '闭'::text, '入'::text, '更'::text, '并'::text, '立'::text, '产'::text, '整'::text, '管'::text, '顿'::text, '盘'::text, '结'::text, '束'::text, '废'::text, '量'::text, '原'::text, '户'::text, '部'::text, '用'::text, '合'::text, '划'::text]))) THEN lower((replace(replace(replace(replace(replace(name, ' '::text, ''::text), '('::text, ''::text), ')'::text, ''::text), '（'::text, ''::text), '）'::text, ''::text) COLLATE "C")) ELSE enterprise.company_name_key_in_full(name) END
;
CREATE OR REPLACE FUNCTION enterprise.normalize_code(code text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN NULLIF(btrim(code, ' 	

 　​﻿'::text), ''::text)
;
