import messages from './messages/en.json'
import { visible } from './text/visible'

/** Every error a user can meet has a code; its text in each language stands in `shared/messages`. */
export type ErrorCode = keyof typeof messages.error
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(messages.error, code)
export type ErrorParameters = Record<string, string | number>

/** An error that says what is wrong, where, and what to do; crosses processes as `{code, parameters}`. */
export class ResiduumError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly parameters: ErrorParameters = {},
    options?: ErrorOptions
  ) {
    super(formatMessage(messages.error[code], parameters), options)
    this.name = 'ResiduumError'
  }
}

/**
 * Fills `{name}` placeholders, as vue-i18n does for the same texts on screen. What nobody sees in a user's names is
 * written out: it would move a terminal's cursor or turn the sentence round.
 */
export function formatMessage(template: string, parameters: ErrorParameters): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? visible(String(parameters[name])) : whole
  )
}

/** The code and parameters of any thrown value; an unforeseen one becomes `unexpected`. */
export function describeError(error: unknown): { code: ErrorCode; parameters: ErrorParameters } {
  if (error instanceof ResiduumError) return { code: error.code, parameters: error.parameters }
  return {
    code: 'unexpected',
    parameters: { message: error instanceof Error ? error.message : String(error) }
  }
}
