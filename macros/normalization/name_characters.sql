{% macro name_characters() %}
{#-
  The characters that the rules of names and codes treat by kind, as a dictionary. Each entry but look_alikes is for use
  inside the brackets of a regular expression. These lists are all that the rules know: a character that is on none of
  them is a letter, whatever it is, so that no letter is ever lost.

    invisible      nobody sees them: controls, soft hyphens, zero-width and bidirectional marks, fillers, variation selectors
    white_space    every kind; [:space:] knows the ASCII ones only in some databases
    latin          letters and digits between which a blank means something
    open_brackets, close_brackets
    spaced_accents accents that are characters of their own, typed for an apostrophe; NFKC makes a blank and an accent of them
    look_alikes    {character: those that are typed for it}: punctuation, and signs that stand for a letter
    dropped        punctuation, and signs that are typed as punctuation
    decoration     arrows, boxes, stars, ticks: dropped at either end of a name, letters inside of it
    signs          what no name consists of alone: decoration, emoji and technical signs
    han            Chinese characters
    ordinary       what needs no rule for rare characters: ASCII, Chinese characters, full-width ASCII, brackets
-#}
{%- set decoration = '\\u2190-\\u21FF\\u221A\\u2500-\\u25FF\\u2605\\u2606\\u2610-\\u2612\\u261A-\\u261F\\u2713-\\u2752\\u2756'
    '\\u2794-\\u27BF\\u2B00-\\u2B73\\u2B76-\\u2B95' -%}
{{- return({
    'invisible': '\\u0001-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5'
        '\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFC'
        '\\U0001BCA0-\\U0001BCA3\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF',
    'white_space': '\\u0009-\\u000D\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000',
    'latin': '0-9A-Za-zÀ-ɏ０-９Ａ-Ｚａ-ｚ',
    'open_brackets': '\\[{<«‹⁅⟦⟨⟪⟮⦃⦅⦗❨❪❬❮❰❲❴⸢⸤⸨〈《「『【〔〖〘〚',
    'close_brackets': '\\]}>»›⁆⟧⟩⟫⟯⦄⦆⦘❩❫❭❯❱❳❵⸣⸥⸩〉》」』】〕〗〙〛',
    'spaced_accents': '¨¯´¸˘˙˚˛˜˝ͺ΄΅᾽᾿῀῁῍῎῏῝῞῟῭΅´῾‗‾﹉﹊﹋﹌￣',
    'look_alikes': {
        "'": '`‘’‚‛′‵ʹʻʼʽˈˊˋ՚׳',
        '"': '“”„‟″‶〝〞〟ʺˮ״',
        '-': '‐‒–—―−⁃˗─━⸺⸻゠־➖',
        '/': '⁄∕⧸╱',
        '\\': '∖⧵⧹╲',
        '~': '〜∼∽⁓〰',
        '|': '∣│┃❘¦⏐‖∥║',
        '·': '•・‧∙⋅◦●⚫⬤▪⦁ꞏ᛫⸱⸳‣𐄁🞄',
        ':': '∶꞉׃',
        ',': '،⸲⹁',
        ';': '؛⁏',
        '?': '؟⸮',
        '*': '∗⁎✱✲✳✻✽٭⋆',
        '×': '✕✖✗✘☓╳⨯⨉❌',
        '#': '♯⋕',
        '+': '➕',
        '=': '꞊',
        '□': '■▢▯☐◻◼⬜⬛',
        '〇': '○◯⚪⭕',
    },
    'dropped': '\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E\\u00A1-\\u00A9\\u00AB\\u00AC\\u00AE-\\u00B1'
        '\\u00B6\\u00B7\\u00BB\\u00BF\\u00D7\\u00F7\\u055A-\\u055F\\u0589\\u058A\\u05C0\\u05C6\\u060D\\u061D\\u061E'
        '\\u066A-\\u066C\\u06D4\\u0964\\u0965\\u0970\\u0E4F\\u0E5A\\u0E5B\\u10FB\\u16EC\\u16ED\\u2010-\\u2027\\u2030-\\u205E'
        '\\u20A0-\\u20C0\\u2E00-\\u2E2E\\u2E30-\\u2E4F\\u2E52-\\u2E5D\\u3001-\\u3003\\u3008-\\u3011\\u3014-\\u301F\\uFE45\\uFE46',
    'decoration': decoration,
    'signs': decoration ~ '\\u2200-\\u23FF\\u2600-\\u2775\\u2794-\\u27BF\\u2900-\\u2BFF\\u20E3\\U0001F000-\\U0001F0FF\\U0001F300-\\U0001FAFF',
    'ordinary': '\\u0020-\\u005F\\u0061-\\u007E\\u3000-\\u3002\\u3008-\\u3011㐀-䶿一-鿿\\uFF01-\\uFF3F\\uFF41-\\uFF5E',
    'han': '㐀-䶿一-鿿〇\\U00020000-\\U0003FFFF',
}) -}}
{% endmacro %}
