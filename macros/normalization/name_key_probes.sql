{% macro name_key_probes() %}
{#-
  Names whose keys are part of the version of the name rules. Each depends on something the rules' text does not show:
  the database's upper and lower case, and what NFKC makes of a character in its Unicode version. Changing the list changes the
  version, so it is only ever changed together with the rules.
-#}
{{- return([
    '【存量】中国平安（集团）', 'ＩＢＭ　Ｃｏｒｐ．', '㈱日立', '豈更車', '𠮷野家', '㐀㑇', '﨎﨑',
    'Crédit Agricole', 'STRASSE Straße', 'ΟΔΥΣΣΕΥΣ Οδυσσεύς', 'İSTANBUL Işık', 'ЁЛКА', 'ǅǈ', 'ﬁ', 'Ⅳ', '①', 'ª',
    'हिन्दी', 'ไทย', 'עִבְרִית', 'العربية', '한국', '가', 'ガス', 'ｶﾞｽ', 'ー', '々', '〇', 'e´', 'ᾳ', 'Ꭰ', 'ꙮ', '𝔄', '🙂', '€', 'ٱ', 'ⴀ',
]) -}}
{% endmacro %}
