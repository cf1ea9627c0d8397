import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { parseArchitecture } from '../../src/shared/architecture/document'
import { parseField, refusal } from '../../src/shared/architecture/fields'
import type { Architecture, AttributeValue } from '../../src/shared/architecture/schema'
import { errorSchema } from '../../src/shared/errorRecord'
import { describeError, ResiduumError, type ErrorRecord } from '../../src/shared/errors'
import { texts } from '../../src/shared/messages'
import { placeholdersOf, tell } from '../../src/shared/messages/tell'
import { presetExperiment } from '../../src/shared/presets'

const inChinese = (error: ErrorRecord): string => tell(texts['zh-CN'], 'error', error)

/** LeNet-5 whose first convolution has these attributes. */
function withConv(attributes: Record<string, AttributeValue>): Architecture {
  const { architecture } = structuredClone(presetExperiment('lenet-5'))
  const conv = architecture.graph.nodes.find((node) => node.type === 'layer' && node.kind === 'Conv2d')!
  Object.assign(conv, { attributes })
  return architecture
}

/** Words in Latin letters that no text of ours brings: all but the program's and PyTorch's own names. */
const english = (text: string): string[] =>
  text.replace(/(kernel_size|out_channels|conv1|min|max|floor|ceil)/g, '').match(/[A-Za-z]{2,}/g) ?? []

describe('a wrong value in a Chinese window', () => {
  it.each<[string, Record<string, AttributeValue>, string]>([
    ['a kernel of 0', { out_channels: 6, kernel_size: 0 }, 'kernel_size 无效：不能小于 1'],
    ['a kernel of 1e9', { out_channels: 6, kernel_size: 1e9 }, 'kernel_size 无效：不能大于'],
    ['a division by zero', { out_channels: 6, kernel_size: '=1/0' }, '无法计算表达式 =1/0：除数为零'],
    ['half an expression', { out_channels: 6, kernel_size: '=a+' }, '无法计算表达式 =a+：末尾缺少内容'],
    ['an open bracket', { out_channels: 6, kernel_size: '=(1' }, '：有括号或引号没有闭合'],
    ['two expressions', { out_channels: 6, kernel_size: '=1 2' }, '其中只能有数字'],
    ['a stray sign', { out_channels: 6, kernel_size: '=1+*2' }, '从第'],
    ['a name that is none', { out_channels: 6, kernel_size: '=width' }, '这里没有参数 width'],
    ['a missing value', { kernel_size: 3 }, 'out_channels 无效：缺失'],
    ['a half', { out_channels: 6, kernel_size: 2.5 }, 'kernel_size 无效：必须是整数']
  ])('%s has Chinese words', (_, attributes, expected) => {
    const [problem] = checkArchitecture(withConv(attributes)).problems
    const told = tell(texts['zh-CN'], 'problem', problem!)
    expect(told).toContain(expected)
    const written = Object.values(attributes).map(String)
    expect(english(written.reduce((text, value) => text.replaceAll(value, ''), told).replace('width', ''))).toEqual([])
  })

  it('is refused in its field likewise', () => {
    const words = (name: string, typed: string): string => {
      const parsed = parseField(typed, 'pair')
      const fault = 'fault' in parsed ? parsed.fault : refusal('Conv2d', name, parsed.value)
      return fault ? tell(texts['zh-CN'], 'fault', fault) : ''
    }
    expect(words('kernel_size', '0')).toBe('不能小于 1')
    expect(words('kernel_size', '1e9')).toMatch(/^不能大于 \d+$/)
    expect(words('kernel_size', '=')).toBe('末尾缺少内容')
    expect(words('kernel_size', 'x')).toBe('必须是一个整数，或两个整数（如 3 5）')
    expect(words('kernel_size', '3')).toBe('')
  })

  it('in a file is named with its place', () => {
    const refused = (change: (document: Record<string, unknown>) => void): string => {
      const document = JSON.parse(JSON.stringify(withConv({}))) as Record<string, unknown>
      change(document)
      try {
        parseArchitecture(JSON.stringify(document), 'a.json')
        return ''
      } catch (error) {
        return inChinese(describeError(error))
      }
    }
    expect(refused((document) => (document.classes = 1))).toContain('classes：不能小于 2')
    expect(refused((document) => delete document.name)).toContain('name：缺失')
    expect(refused((document) => (document.version = 2))).toContain('由更新版本的 Residuum 写成（版本 2')
    expect(refused((document) => (document.version = 'x'))).toContain('版本号是 "x"')
    const nodes = [{ type: 'input', id: 'a b' }]
    expect(refused((document) => (document.graph = { nodes, edges: [] }))).toContain('graph.nodes.0.id：不是名称')
  })
})

describe('an error from another process or a journal', () => {
  it('keeps its code and parameters, parts included', () => {
    const made = new ResiduumError('run-damaged', { file: 'run.json', reason: { code: 'absent', parameters: {} } })
    const record = errorSchema.parse(JSON.parse(JSON.stringify(describeError(made))))
    expect(record).toEqual(describeError(made))
    expect(inChinese(record)).toContain('文件缺失')
    expect(ResiduumError.of(record).message).toBe(made.message)
  })

  it('whose parts an earlier version had in words shows them', () => {
    const record = errorSchema.parse({ code: 'trainer-died', parameters: { reason: 'exit code 7', epoch: 2 } })
    expect(inChinese(record)).toContain('exit code 7')
    const architecture = errorSchema.parse({ code: 'architecture', parameters: { problem: 'conv1: too small' } })
    expect(inChinese(architecture)).toContain('conv1: too small')
  })

  it.each([
    ['a code of its own', { code: 'out-of-cheese', parameters: { shelf: 3 } }, /out-of-cheese.*shelf: 3/],
    ['no parameters', { code: 'disk-full', parameters: {} }, /disk-full/],
    [
      'a part of an unknown code',
      { code: 'run-damaged', parameters: { file: 'f', reason: { code: 'x', parameters: {} } } },
      /run-damaged.*f/
    ],
    [
      'a part where a figure belongs',
      { code: 'disk-full', parameters: { file: { code: 'absent', parameters: {} } } },
      /disk-full/
    ]
  ])('with %s reads sensibly', (_, stored, expected) => {
    const record = errorSchema.parse(stored)
    for (const language of ['en', 'zh-CN'] as const) {
      const told = tell(texts[language], 'error', record)
      expect(told).toMatch(expected)
      expect(placeholdersOf(told)).toEqual([])
    }
  })
})

it('the compiler holds a code to the parameters that its text names', () => {
  // @ts-expect-error there is no such code
  void new ResiduumError('no-such-code')
  // @ts-expect-error its file is missing
  void new ResiduumError('disk-full', {})
  // @ts-expect-error a reason is a code
  void new ResiduumError('run-damaged', { file: 'run.json', reason: 'it is missing' })
  // @ts-expect-error no text says why
  void new ResiduumError('disk-full', { file: 'f', why: 'so' })
  expect(new ResiduumError('trainer-idle').parameters).toEqual({})
})
