import jsep, { type Expression } from 'jsep'
import { Refusal } from '../errors'
import type { Fault } from '../messages/coded'
import { ArchitectureProblem } from './problems'
import type { AttributeValue } from './schema'

/** Longest text that may come out, as the longest that may be written. */
const LONGEST_TEXT = 200
/** Parsed expressions kept: a network of many layers is made of few. */
const MOST_PARSED = 5000
const parsed = new Map<string, Expression>()

/**
 * The tree of `text` (with its leading `=`), which nobody may change. Every form in it is one that the language has,
 * whether or not it will ever be worked out. Throws ArchitectureProblem `expression`.
 */
export function parseExpression(text: string): Expression {
  const known = parsed.get(text)
  if (known) return known
  const tree = naming(text, () => {
    const made = jsep(text.slice(1))
    requireForms(made)
    return made
  })
  if (parsed.size >= MOST_PARSED) parsed.clear()
  if (text.length <= LONGEST_TEXT) parsed.set(text, tree)
  return tree
}

/** What `body` gives; what it throws names the expression. */
function naming<T>(text: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (error instanceof ArchitectureProblem) throw error
    const reason = error instanceof Refusal ? error.fault : syntaxFault(text, error)
    throw new ArchitectureProblem('expression', { expression: text, reason })
  }
}

/** Where jsep, whose own words are English, could not read on; it counts behind the `=`. */
function syntaxFault(text: string, error: unknown): Fault {
  const { index, description = '' } = error as { index?: number; description?: string }
  if (/^Unclosed/.test(description)) return { code: 'expression-unclosed', parameters: {} }
  const rest = index === undefined ? '' : text.slice(index + 1).trim()
  if (rest === '') return { code: 'expression-end', parameters: {} }
  return { code: 'expression-syntax', parameters: { place: index! + 2, rest } }
}

export type Scalar = number | boolean | string
/** Values of a block's parameters, by name. */
export type Scope = ReadonlyMap<string, Scalar>

const number = (value: Scalar): number => {
  if (typeof value !== 'number') {
    throw new Refusal({ code: 'expression-number', parameters: { value: JSON.stringify(value) } })
  }
  return value
}
/** As in Python there is neither infinity nor half a truth: what has no number is said. */
const finite = (value: number): number => {
  if (!Number.isFinite(value)) throw new Refusal({ code: 'expression-not-finite', parameters: {} })
  // There is one zero.
  return value === 0 ? 0 : value
}
const arithmetic =
  (apply: (a: number, b: number) => number) =>
  (a: Scalar, b: Scalar): Scalar =>
    finite(apply(number(a), number(b)))
const divided =
  (apply: (a: number, b: number) => number) =>
  (a: Scalar, b: Scalar): Scalar => {
    if (number(b) === 0) throw new Refusal({ code: 'expression-zero', parameters: {} })
    return arithmetic(apply)(a, b)
  }
const ordered =
  (apply: (a: number, b: number) => boolean) =>
  (a: Scalar, b: Scalar): Scalar =>
    apply(number(a), number(b))
const same = (a: Scalar, b: Scalar): boolean => {
  if (typeof a !== typeof b) {
    const parameters = { left: JSON.stringify(a), right: JSON.stringify(b) }
    throw new Refusal({ code: 'expression-kinds', parameters })
  }
  return a === b
}

/** The operators, which take what Python's take and give what they give. */
const BINARY: Record<string, (a: Scalar, b: Scalar) => Scalar> = {
  '+': (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : arithmetic((x, y) => x + y)(a, b)),
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '/': divided((a, b) => a / b),
  // The sign of the divisor.
  '%': divided((a, b) => a - b * Math.floor(a / b)),
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
  '==': same,
  '!=': (a, b) => !same(a, b)
}
const FUNCTIONS: Record<string, { least: number; most: number; apply: (...values: number[]) => number }> = {
  floor: { least: 1, most: 1, apply: Math.floor },
  ceil: { least: 1, most: 1, apply: Math.ceil },
  min: { least: 2, most: Infinity, apply: Math.min },
  max: { least: 2, most: Infinity, apply: Math.max }
}

/** Throws Refusal where a tree has a form that the language lacks, at whatever place. */
function requireForms(node: Expression): void {
  const inside = (...keys: string[]): void => keys.forEach((key) => requireForms(node[key] as Expression))
  switch (node.type) {
    case 'Identifier':
      return
    case 'Literal': {
      const value = node.value as unknown
      if (typeof value === 'number') return void finite(value)
      if (typeof value === 'string' || typeof value === 'boolean') return
      break
    }
    case 'UnaryExpression':
      if (node.operator === '-' || node.operator === '!') return inside('argument')
      break
    case 'BinaryExpression': {
      const operator = node.operator as string
      if (operator === '&&' || operator === '||' || Object.hasOwn(BINARY, operator)) return inside('left', 'right')
      break
    }
    case 'ConditionalExpression':
      return inside('test', 'consequent', 'alternate')
    case 'CallExpression': {
      const { type, name } = node.callee as Expression
      const given = node.arguments as Expression[]
      if (type !== 'Identifier' || !Object.hasOwn(FUNCTIONS, name as string)) break
      const { least, most } = FUNCTIONS[name as string]!
      if (given.length < least || given.length > most) {
        const parameters = { name: name as string, wanted: least, count: given.length }
        const code = least === most ? 'expression-arguments' : 'expression-arguments-least'
        throw new Refusal({ code, parameters })
      }
      return given.forEach(requireForms)
    }
  }
  throw new Refusal({ code: 'expression-form', parameters: {} })
}

/** The value of `text` (with its leading `=`) under `scope`. Throws ArchitectureProblem `expression`. */
export const evaluateExpression = (text: string, scope: Scope): Scalar =>
  naming(text, () => evaluate(parseExpression(text), scope))

/** Replaces expressions in an attribute's value by what they evaluate to. */
export function resolveValue(value: AttributeValue, scope: Scope): Scalar | [Scalar, Scalar] {
  if (Array.isArray(value)) return [resolveScalar(value[0], scope), resolveScalar(value[1], scope)]
  return resolveScalar(value, scope)
}

function resolveScalar(value: Scalar, scope: Scope): Scalar {
  return typeof value === 'string' && value.startsWith('=') ? evaluateExpression(value, scope) : value
}

function evaluate(node: Expression, scope: Scope): Scalar {
  const child = (key: string): Scalar => evaluate(node[key] as Expression, scope)
  switch (node.type) {
    case 'Literal':
      return node.value as Scalar
    case 'Identifier': {
      const value = scope.get(node.name as string)
      if (value === undefined) {
        throw new Refusal({ code: 'expression-parameter', parameters: { name: String(node.name) } })
      }
      return value
    }
    case 'UnaryExpression':
      return node.operator === '-' ? finite(-number(child('argument'))) : !child('argument')
    case 'BinaryExpression': {
      if (node.operator === '&&') return Boolean(child('left')) && Boolean(child('right'))
      if (node.operator === '||') return Boolean(child('left')) || Boolean(child('right'))
      const value = BINARY[node.operator as string]!(child('left'), child('right'))
      if (typeof value === 'string' && value.length > LONGEST_TEXT) {
        throw new Refusal({ code: 'expression-long', parameters: {} })
      }
      return value
    }
    case 'ConditionalExpression':
      return child('test') ? child('consequent') : child('alternate')
    case 'CallExpression': {
      const { apply } = FUNCTIONS[(node.callee as Expression).name as string]!
      const values = (node.arguments as Expression[]).map((argument) => number(evaluate(argument, scope)))
      return finite(apply(...values))
    }
  }
  throw new Refusal({ code: 'expression-form', parameters: {} })
}
