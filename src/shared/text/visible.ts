/**
 * What a text may hold and nobody sees: control characters, ends of lines and paragraphs, marks that turn the
 * direction of what follows, halves of characters.
 */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text with what nobody sees written as JSON and Python write it: `\n`, `\u202e`. Names are kept as they were given,
 * and read wherever a library holds them; each place where one is shown in a sentence, a terminal or a program passes
 * here. Again gives the same.
 */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (hidden) => SHORT[hidden] ?? `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A value as JSON on one line, equal to the value and harmless on a terminal. */
export const jsonLine = (value: unknown): string => visible(JSON.stringify(value))

/** A text as it stands between the quotes of a Python string: Python reads the very same text from it. */
export const pythonText = (text: string): string => visible(text.replace(/[\\"]/g, '\\$&'))
