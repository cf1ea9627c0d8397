import jsep, { type Expression } from 'jsep'
import { ArchitectureProblem } from './problems'
import type { AttributeValue } from './schema'

/** Longest text that may come out, as the longest that may be written. */
const LONGEST_TEXT = 200
/** Parsed expressions kept: a network of many layers is made of few. */
const MOST_PARSED = 5000
const parsed = new Map<string, Expression>()

/** The tree of `text` (with its leading `=`), which nobody may change. Throws Error where it is none. */
export function parseExpression(text: string): Expression {
  const known = parsed.get(text)
  if (known) return known
  const tree = jsep(text.slice(1))
  if (parsed.size >= MOST_PARSED) parsed.clear()
  if (text.length <= LONGEST_TEXT) parsed.set(text, tree)
  return tree
}

export type Scalar = number | boolean | string
/** Values of a block's parameters, by name. */
export type Scope = ReadonlyMap<string, Scalar>

const BINARY: Record<string, (a: never, b: never) => Scalar> = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  // As in Python: the sign of the divisor.
  '%': (a: number, b: number) => a - b * Math.floor(a / b),
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '==': (a: Scalar, b: Scalar) => a === b,
  '!=': (a: Scalar, b: Scalar) => a !== b
}
const FUNCTIONS: Record<string, (...values: number[]) => number> = {
  floor: Math.floor,
  ceil: Math.ceil,
  min: Math.min,
  max: Math.max
}

/** The value of `text` (with its leading `=`) under `scope`. Throws ArchitectureProblem `expression`. */
export function evaluateExpression(text: string, scope: Scope): Scalar {
  try {
    return evaluate(parseExpression(text), scope)
  } catch (error) {
    if (error instanceof ArchitectureProblem) throw error
    throw new ArchitectureProblem('expression', { expression: text, reason: (error as Error).message })
  }
}

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
      if (value === undefined) throw new Error(`unknown parameter ${String(node.name)}`)
      return value
    }
    case 'UnaryExpression': {
      const argument = child('argument')
      if (node.operator === '-') return -Number(argument)
      if (node.operator === '!') return !argument
      break
    }
    case 'BinaryExpression': {
      if (node.operator === '&&') return Boolean(child('left')) && Boolean(child('right'))
      if (node.operator === '||') return Boolean(child('left')) || Boolean(child('right'))
      const apply = Object.hasOwn(BINARY, node.operator as string) && BINARY[node.operator as string]
      if (apply) {
        const value = apply(child('left') as never, child('right') as never)
        if (typeof value === 'string' && value.length > LONGEST_TEXT) throw new Error('the text is too long')
        return value
      }
      break
    }
    case 'ConditionalExpression':
      return child('test') ? child('consequent') : child('alternate')
    case 'CallExpression': {
      const name = (node.callee as Expression).name as string
      if (!Object.hasOwn(FUNCTIONS, name)) break
      const values = (node.arguments as Expression[]).map((argument) => Number(evaluate(argument, scope)))
      return FUNCTIONS[name]!(...values)
    }
  }
  throw new Error('this form is not allowed')
}
