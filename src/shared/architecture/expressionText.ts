import type { Expression } from 'jsep'
import { pythonText } from '../text/visible'
import { evaluateExpression, parseExpression as parse, type Scalar } from './expressions'
import type { AttributeValue } from './schema'

const PRECEDENCE: Record<string, number> = {
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7
}
const CONDITIONAL = 1
const NOT = 4
const NEGATIVE = 8
const PRIMARY = 9

/** How an expression is written: in drawings, or in Python. */
interface Syntax {
  literal(value: Scalar): string
  operator(name: string): string
  not(operand: string): string
  conditional(test: string, consequent: string, alternate: string): string
  call(name: string, values: string[]): string
}

const drawn: Syntax = {
  literal: (value) => (typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value)),
  operator: (name) => name,
  not: (operand) => `!${operand}`,
  conditional: (test, consequent, alternate) => `${test} ? ${consequent} : ${alternate}`,
  call: (name, values) => `${name}(${values.join(', ')})`
}

const python: Syntax = {
  literal: (value) =>
    typeof value === 'boolean'
      ? value
        ? 'True'
        : 'False'
      : typeof value === 'string'
        ? `"${pythonText(value)}"`
        : JSON.stringify(value),
  operator: (name) => ({ '&&': 'and', '||': 'or' })[name] ?? name,
  not: (operand) => `not ${operand}`,
  conditional: (test, consequent, alternate) => `${consequent} if ${test} else ${alternate}`,
  call: (name, values) => `${PYTHON_FUNCTIONS[name] ?? `${name.replace(/\W/g, '_')}_`}(${values.join(', ')})`
}
/** Others may stand where nothing is worked out, under a condition that is never met. */
const PYTHON_FUNCTIONS: Record<string, string> = { floor: 'math.floor', ceil: 'math.ceil', min: 'min', max: 'max' }

function precedenceOf({ type, operator }: Expression): number {
  if (type === 'ConditionalExpression') return CONDITIONAL
  if (type === 'BinaryExpression') return PRECEDENCE[operator as string]!
  if (type === 'UnaryExpression') return operator === '!' ? NOT : NEGATIVE
  return PRIMARY
}

function print(node: Expression, syntax: Syntax): string {
  /** `least` is the lowest precedence that stands there without parentheses. */
  const child = (key: string, least: number): string => {
    const inner = node[key] as Expression
    const text = print(inner, syntax)
    return precedenceOf(inner) < least ? `(${text})` : text
  }
  switch (node.type) {
    case 'Literal':
      return syntax.literal(node.value as Scalar)
    case 'Identifier':
      return node.name as string
    case 'UnaryExpression':
      return node.operator === '!' ? syntax.not(child('argument', PRIMARY)) : `-${child('argument', PRIMARY)}`
    case 'BinaryExpression': {
      const own = precedenceOf(node)
      // Comparisons in a row mean something else in Python; the right side of equals is kept apart.
      const left = child('left', own === 5 ? own + 1 : own)
      return `${left} ${syntax.operator(node.operator as string)} ${child('right', own + 1)}`
    }
    case 'ConditionalExpression': {
      const [test, consequent] = [child('test', CONDITIONAL + 1), child('consequent', CONDITIONAL + 1)]
      return syntax.conditional(test, consequent, child('alternate', CONDITIONAL))
    }
    case 'CallExpression': {
      const values = (node.arguments as Expression[]).map((value) => print(value, syntax))
      return syntax.call((node.callee as Expression).name as string, values)
    }
    default:
      throw new Error('this form is not allowed')
  }
}

function transform(node: Expression, replace: (name: string) => Expression | null): Expression {
  if (node.type === 'Identifier') return replace(node.name as string) ?? node
  const inner = (value: unknown): unknown => transform(value as Expression, replace)
  const copy: Record<string, unknown> = { ...node }
  for (const key of ['argument', 'left', 'right', 'test', 'consequent', 'alternate']) {
    if (copy[key]) copy[key] = inner(copy[key])
  }
  if (Array.isArray(copy.arguments)) copy.arguments = copy.arguments.map(inner)
  return copy as unknown as Expression
}

const isExpression = (value: AttributeValue): value is string => typeof value === 'string' && value.startsWith('=')

/** Names that an expression reads; none for a literal or where it cannot be parsed. */
export function identifiersOf(value: AttributeValue): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((part) => [...identifiersOf(part)]))
  const found = new Set<string>()
  if (!isExpression(value)) return found
  try {
    transform(parse(value), (name) => {
      found.add(name)
      return null
    })
  } catch {
    // What cannot be parsed reads nothing; the checker says what is wrong with it.
  }
  return found
}

/**
 * The value with parameters replaced by `replacements`, worked out as far as it can be: a literal where nothing
 * is left to know. What cannot be parsed stays as it is.
 */
export function substitute(value: AttributeValue, replacements: ReadonlyMap<string, AttributeValue>): AttributeValue {
  if (Array.isArray(value)) {
    return value.map((part) => substitute(part, replacements)) as [number | string, number | string]
  }
  if (!isExpression(value)) return value
  try {
    const tree = transform(parse(value), (name) => {
      const given = replacements.get(name)
      if (given === undefined || Array.isArray(given)) return null
      if (isExpression(given)) return parse(given)
      return { type: 'Literal', value: given, raw: String(given) } as Expression
    })
    const text = `=${print(tree, drawn)}`
    if (identifiersOf(text).size > 0) return text
    return evaluateExpression(text, new Map())
  } catch {
    return value
  }
}

/** The expression, with its leading `=`, as Python has it. `rename` gives the Python name of a parameter. */
export function toPython(text: string, rename: (name: string) => string): string {
  const tree = transform(parse(text), (name) => ({ type: 'Identifier', name: rename(name) }) as Expression)
  return print(tree, python)
}

/**
 * Whether the expression's value is a float in Python even where it is whole: it divides, or reads a number that is no
 * integer, be it written or the value of a parameter in `reals`.
 */
export function isFloat(text: string, reals: ReadonlySet<string>): boolean {
  const float = (node: Expression): boolean => {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'number' && !Number.isInteger(node.value)
      case 'Identifier':
        return reals.has(node.name as string)
      case 'BinaryExpression':
        return node.operator === '/' || [node.left, node.right].some((side) => float(side as Expression))
      case 'UnaryExpression':
        return float(node.argument as Expression)
      case 'ConditionalExpression':
        return [node.consequent, node.alternate].some((branch) => float(branch as Expression))
      case 'CallExpression': {
        const { name } = node.callee as Expression
        return name !== 'floor' && name !== 'ceil' && (node.arguments as Expression[]).some(float)
      }
      default:
        return false
    }
  }
  return float(parse(text))
}

/** The value where the condition `when` is known to hold: `when ? a : b` is then `a`. */
export function assume(value: AttributeValue, when: string): AttributeValue {
  if (!isExpression(value)) return value
  const tree = parse(value)
  if (tree.type !== 'ConditionalExpression') return value
  if (print(tree.test as Expression, drawn) !== print(parse(when), drawn)) return value
  return substitute(`=${print(tree.consequent as Expression, drawn)}`, new Map())
}
