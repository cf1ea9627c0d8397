import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Library } from '../../../src/main/library/library'
import { createRun } from '../../../src/main/run/folder'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { describeProblem } from '../../../src/shared/architecture/problems'
import { pytorchCode } from '../../../src/shared/architecture/pytorch/module'
import type { Architecture } from '../../../src/shared/architecture/schema'
import { ResiduumError } from '../../../src/shared/errors'
import { block, layer, sequence } from '../../../src/shared/presets/drawing'
import { presetExperiment } from '../../../src/shared/presets'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { fileName } from '../../../src/shared/text/fileName'
import { jsonLine, visible } from '../../../src/shared/text/visible'
import { temporaryFolder } from '../support'

/** Names that a file may hold, with all that would do harm somewhere. */
const NAMES = [
  'plain',
  '残差 🧠 é',
  'nul \u0000 end',
  'line\nbreak\r\nand\ttab',
  '"""\nimport os\n"""',
  'ends with a backslash \\',
  'ends with a quote "',
  '\\u0041 \\n \\N{DIGIT ONE} {name} %s',
  'red \u001b[31m and clear \u001b[2J \u009b31m \u0007\u007f',
  'turned \u202etxt.exe \u2066\u2067\u200f\u061c',
  'separated \u2028 \u2029 \u0085',
  'halves \ud800 and \udc00',
  '\ufeffmark'
]
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u
const named = (name: string): Architecture => ({ ...lenet5(), name })

describe('visible', () => {
  it.each(NAMES)('leaves nothing unseen in %j, and the same when it is done again', (name) => {
    expect(visible(name)).not.toMatch(HARMFUL)
    expect(visible(visible(name))).toBe(visible(name))
  })

  it('writes it as JSON does and touches nothing else', () => {
    expect(visible('a\u0000\n\u001b\u202e')).toBe('a\\u0000\\n\\u001b\\u202e')
    expect(visible('残差 🧠 "\\" שלום')).toBe('残差 🧠 "\\" שלום')
  })

  it.each(NAMES)('keeps the value of %j in a line of JSON', (name) => {
    expect(jsonLine({ name })).not.toMatch(HARMFUL)
    expect(JSON.parse(jsonLine({ [name]: [name] }))).toEqual({ [name]: [name] })
  })
})

describe('a message', () => {
  it.each(NAMES)('shows all of %j', (name) => {
    expect(new ResiduumError('edit-name', { name }).message).toContain(`“${visible(name)}”`)
    const drawing = { ...lenet5(), graph: sequence([layer('x', name.slice(0, 64))]) }
    const [problem] = checkArchitecture(drawing).problems
    expect(describeProblem(problem!)).toBe(`x: ${visible(name)} is not a layer that Residuum knows`)
  })
})

describe('PyTorch code', () => {
  /** A block that is told a name as an argument, and expressions that name what is never read. */
  const told = (name: string): Architecture => ({
    ...named(name),
    graph: sequence([
      block('told', 'told', { mode: name }),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ]),
    blocks: {
      told: {
        parameters: [
          { name: 'mode', type: 'choice', choices: ['plain', name], default: 'plain' },
          { name: 'use', type: 'boolean', default: true }
        ],
        graph: sequence([
          Object.assign(layer('one', 'ReLU'), { when: `=use || mode == '${name.replace(/[\\']/g, '\\$&')}'` }),
          Object.assign(layer('two', 'ReLU'), { when: '=use || \u202enever == $never' }),
          Object.assign(layer('three', 'ReLU'), { when: '=use || (never\u0085 && lambda)' })
        ])
      }
    }
  })
  const cases = NAMES.map((name) => ({ name, code: pytorchCode(told(name)) }))

  it('holds nothing unseen, and every name on a line of its own string', () => {
    for (const { code } of cases) expect(code.replaceAll('\n', '')).not.toMatch(HARMFUL)
  })

  it('is read by Python, which finds the very names in it', () => {
    const script = [
      'import ast, json, sys',
      'for case in json.load(sys.stdin):',
      '    tree = ast.parse(case["code"])',
      '    compile(case["code"].encode("utf-8"), "generated", "exec")',
      '    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]',
      '    assert ast.get_docstring(tree, clean=False).startswith(case["name"] + ": "), case',
      '    assert case["name"] in texts, (case, texts)'
    ].join('\n')
    const { status, stderr, error } = spawnSync('python3', ['-c', script], { input: jsonLine(cases), encoding: 'utf8' })
    expect(error).toBeUndefined()
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
})

describe('the name of a file', () => {
  const RESERVED = /[\\/:*?"<>|]/

  it.each([...NAMES, '../../etc/passwd', 'CON', 'nul.tar', 'COM1', '...', '. .', '', ' ', '名'.repeat(200)])(
    'made of %j is one that every system takes',
    (name) => {
      const file = fileName(name, 'json')
      expect(file).toMatch(/^[^.\s].*\.json$/u)
      expect(file).not.toMatch(HARMFUL)
      expect(file).not.toMatch(RESERVED)
      expect(file).not.toMatch(/[. ]\.json$/)
      expect(file).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i)
      expect(Buffer.byteLength(file)).toBeLessThan(255)
    }
  )

  it('is the name itself where it can be', () => {
    expect(fileName('残差 network #2 (v1.5) é', 'py')).toBe('残差 network #2 (v1.5) é.py')
  })
})

describe('the library', () => {
  const isKept = (name: string): boolean => !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(name)

  it.each(NAMES)('keeps %j as it is, or says what cannot be kept', async (name) => {
    const folder = temporaryFolder()
    const library = await Library.open(folder)
    const { id } = await library.architectures.create(named('first'))
    const { id: run } = await createRun(folder, presetExperiment('lenet-5'))
    await library.refresh()
    const ways = [
      () => library.architectures.create(named(name)),
      () => library.architectures.save(id, named(name)),
      () => library.architectures.rename(id, name),
      () => library.renameRun(run, name),
      () => createRun(folder, { ...presetExperiment('lenet-5'), architecture: named(name) })
    ]
    for (const keep of ways) {
      if (isKept(name)) await keep()
      else await expect(keep()).rejects.toMatchObject({ code: 'name-control' })
    }
    await library.refresh()
    const kept = isKept(name) ? name : 'first'
    expect((await library.architectures.get(id)).saved.name).toBe(kept)
    expect(library.listRuns().map((one) => one.name)).toContain(isKept(name) ? `${name} #1` : 'lenet-5 #1')
    await library.close()
  })

  it('goes on reading names that it holds from before', async () => {
    const folder = temporaryFolder()
    const library = await Library.open(folder)
    const { id } = await library.architectures.create(named('first'))
    const run = await createRun(folder, presetExperiment('lenet-5'))
    const name = 'red \u001b[31m\nline'
    const change = (file: string, changes: object): void =>
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }))
    const architecture = join(folder, 'architectures', id)
    change(join(architecture, 'architecture.json'), { name })
    change(join(architecture, 'version-1.json'), { architecture: named(name) })
    const experiment = { ...presetExperiment('lenet-5'), architecture: named(name) }
    change(join(run.folder, 'run.json'), { name, experiment })
    await library.refresh()
    expect((await library.architectures.get(id)).saved).toEqual(named(name))
    expect((await library.architectures.list())[0]!.name).toBe(name)
    expect(await library.getDetail(run.id)).toMatchObject({ summary: { name }, experiment })
    await library.architectures.rename(id, 'mended')
    expect((await library.architectures.get(id)).saved.name).toBe('mended')
    await library.close()
  })
})
