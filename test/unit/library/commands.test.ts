import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeUser } from '../../../src/main/run/folder'
import { withValue } from '../../../src/shared/experiment/fields'
import { presetExperiment } from '../../../src/shared/presets'
import { addRun, ended, epochRecord, started } from '../../support/runFolders'
import { canMount, fillDisk, mount, unmount } from '../../support/smallDisk'
import { temporaryFolder } from '../support'

const work = mkdtempSync(join(tmpdir(), 'residuum-commands-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
beforeAll(async () => {
  await build({
    logLevel: 'silent',
    ssr: { noExternal: true, external: ['libsql'] },
    build: {
      outDir: work,
      ssr: join(import.meta.dirname, '../../../src/main/cli.ts'),
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'cli.cjs', chunkFileNames: '[name]-[hash].cjs' } }
    }
  })
  // Whoever asks for TensorFlow fails.
  writeFileSync(
    join(work, 'without.cjs'),
    `const { Module } = require('node:module')
     const resolve = Module._resolveFilename
     Module._resolveFilename = (name, ...rest) => {
       if (name.startsWith('@tensorflow')) throw new Error('TensorFlow was asked for')
       return resolve(name, ...rest)
     }`
  )
})

function command(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, NODE_PATH: join(import.meta.dirname, '../../../node_modules') }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-r', join(work, 'without.cjs'), join(work, 'cli.cjs'), ...args], { env })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => (out += String(chunk)))
    child.stderr.on('data', (chunk) => (err += String(chunk)))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

describe('runs and library, without TensorFlow', () => {
  it('list and show runs for people and for scripts', async () => {
    const folder = temporaryFolder()
    expect((await command('runs', 'list', '--library', folder)).out).toBe('no runs\n')
    const records = [started(4), epochRecord(0, { testAccuracy: 0.5 }), epochRecord(1, { testAccuracy: 0.25 }), ended()]
    const first = await addRun(folder, records)
    const second = await addRun(folder, [started(4)])
    const gone = await addRun(folder, records)
    await changeUser(second.folder, { name: '名\u202e' })
    await changeUser(gone.folder, { deletedAt: Date.now() })
    const list = await command('runs', 'list', '--json', '--library', folder)
    expect(list).toMatchObject({ code: 0, err: '' })
    expect(list.out.split('\n')).toHaveLength(2)
    expect(JSON.parse(list.out)).toMatchObject({
      runs: [
        { id: second.id, name: '名\u202e', status: 'interrupted', epochs: 0, testAccuracy: null },
        { id: first.id, name: 'lenet-5 #1', status: 'finished', epochs: 2, testAccuracy: 0.5, bestEpoch: 0 }
      ]
    })
    const text = (await command('runs', 'list', '--library', folder)).out
    expect(text).toContain('名\\u202e')
    expect(text).toMatch(/lenet-5 #1\s+finished\s+2\/10\s+50\.00%/)
    const shown = await command('runs', 'show', 'lenet-5 #1', '--json', '--library', folder)
    expect(JSON.parse(shown.out)).toMatchObject({
      run: { id: first.id, folder: first.folder },
      experiment: { recipe: { epochs: 10 } },
      epochs: [{ epoch: 0 }, { epoch: 1 }],
      stepsPerEpoch: 4
    })
    expect((await command('runs', 'show', first.id.slice(0, -1), '--library', folder)).out).toContain(first.folder)
    for (const name of ['nothing', '20', '']) {
      const refused = await command('runs', 'show', name, '--library', folder)
      expect(refused).toMatchObject({ code: 2, out: '' })
      expect(refused.err.split('\n')).toHaveLength(2)
    }
  })

  it('tell in what runs differ, with exit code 0 where in nothing and 2 where that cannot be told', async () => {
    const folder = temporaryFolder()
    const diff = (...args: string[]): ReturnType<typeof command> =>
      command('runs', 'diff', ...args, '--library', folder)
    const plain = presetExperiment('resnet-9')
    const nesterov = { ...plain, recipe: withValue(plain.recipe, 'optimizer.nesterov', false) }
    const { architecture, recipe } = presetExperiment('resnet-9')
    const bare = withValue({ ...recipe, seed: 3 }, 'optimizer.kind', 'Adam')
    const drawn = { ...plain, recipe: bare, architecture: presetExperiment('lenet-5').architecture }
    const renamed = { ...plain, architecture: { ...architecture, name: 'other' } }
    const runs: Awaited<ReturnType<typeof addRun>>[] = []
    for (const experiment of [plain, renamed, nesterov, drawn]) {
      runs.push(await addRun(folder, [started(4), ended()], experiment))
    }
    const [one, same, two, three] = runs
    const ids = (...runs: (typeof one)[]): string[] => runs.map((run) => run!.id)
    const equal = await diff(...ids(one, same), '--json')
    expect(equal).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(equal.out)).toEqual({ runs: ids(one, same), differences: [] })
    expect(await diff(...ids(one, same))).toMatchObject({ code: 0, out: 'no differences\n', err: '' })
    const unequal = await diff(...ids(two, one), '--json')
    expect(unequal).toMatchObject({ code: 1, err: '' })
    expect(unequal.out.split('\n')).toHaveLength(2)
    expect(JSON.parse(unequal.out)).toEqual({
      runs: ids(two, one),
      differences: [{ field: 'optimizer.nesterov', values: [false, true] }]
    })
    const many = JSON.parse((await diff(...ids(one, two, three), '--json')).out) as {
      differences: { field: string; values: unknown[] }[]
    }
    const { field, values } = many.differences[0]!
    expect(field).toBe('architecture')
    expect(values[0]).toBe(values[1])
    expect(values[2]).not.toBe(values[0])
    expect(many.differences).toContainEqual({ field: 'optimizer.betas', values: [null, null, [0.9, 0.999]] })
    expect(many.differences).toContainEqual({ field: 'seed', values: [0, 0, 3] })
    const text = await diff(...ids(one, two))
    expect(text.code).toBe(1)
    expect(text.out).toMatch(/Nesterov momentum +optimizer.nesterov +true +false/)

    const file = JSON.parse(readFileSync(join(two!.folder, 'run.json'), 'utf8')) as object
    writeFileSync(join(two!.folder, 'run.json'), JSON.stringify({ ...file, version: 2 }))
    const newer = await diff(...ids(one, two), '--json')
    expect(newer).toMatchObject({ code: 2, out: '' })
    expect(newer.err).toContain('written by a newer Residuum')
    for (const wrong of [[one!.id], [one!.id, 'nothing'], [one!.id, one!.id, '--colour']]) {
      const refused = await diff(...wrong)
      expect(refused).toMatchObject({ code: 2, out: '' })
      expect(refused.err.split('\n')).toHaveLength(2)
    }
  })

  it('show a run that cannot be opened as far as it is known, with exit code 1', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(4), epochRecord(0), ended()])
    const file = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as object
    writeFileSync(join(run, 'run.json'), JSON.stringify({ ...file, version: 2 }))
    const shown = await command('runs', 'show', id, '--json', '--library', folder)
    expect(shown.code).toBe(1)
    expect(JSON.parse(shown.out)).toMatchObject({ run: { id, problem: { code: 'run-newer' }, testAccuracy: 0.5 } })
    expect((await command('runs', 'show', id, '--library', folder)).out).toContain('written by a newer Residuum')
  })

  it('open a run with entries that are not known here, and list them as its problem', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(4), epochRecord(0), ended()])
    const plain = await addRun(folder, [started(4), epochRecord(0), ended()])
    const file = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as {
      experiment: { recipe: Record<string, unknown>; architecture: { graph: { nodes: Record<string, unknown>[] } } }
    }
    file.experiment.recipe.lr = 1
    const node = file.experiment.architecture.graph.nodes.find(({ type }) => type === 'layer')!
    Object.assign(node, { colour: 'red', attributes: { ...(node.attributes as object), rate: 0.1 } })
    writeFileSync(join(run, 'run.json'), JSON.stringify(file))
    const shown = await command('runs', 'show', id, '--json', '--library', folder)
    expect(shown).toMatchObject({ code: 0, err: '' })
    const { problem } = (JSON.parse(shown.out) as { run: { problem: { code: string; parameters: { keys: string } } } })
      .run
    expect(problem.code).toBe('run-unknown')
    expect(problem.parameters.keys).toMatch(
      /^architecture\.graph\.nodes\.\d+\.colour, recipe\.lr, \w+\.attributes\.rate$/
    )
    expect((await command('runs', 'list', '--library', folder)).out).toContain('has unknown entries')
    // It was trained as the run without them.
    expect(await command('runs', 'diff', id, plain.id, '--library', folder)).toMatchObject({ code: 0 })
  })

  it.skipIf(!canMount())('show what is there on a full disk, whether or not it has an index', async () => {
    const folder = temporaryFolder()
    mount(folder, 1024)
    try {
      const { id, folder: run } = await addRun(folder, [started(4), epochRecord(0), ended()])
      writeFileSync(join(folder, 'ballast'), '')
      fillDisk(join(folder, 'ballast'))
      const listed = async (): Promise<unknown> => {
        const { code, out, err } = await command('runs', 'list', '--json', '--library', folder)
        return [code, err, out === '' ? null : (JSON.parse(out) as { runs: object[] }).runs]
      }
      const asItStands = [0, '', [expect.objectContaining({ id, status: 'finished' })]]
      expect(await listed()).toEqual(asItStands)
      rmSync(join(folder, 'ballast'))
      expect(await listed()).toEqual(asItStands)
      await changeUser(run, { name: 'renamed' })
      writeFileSync(join(folder, 'ballast'), '')
      fillDisk(join(folder, 'ballast'))
      expect(await listed()).toEqual([0, '', [expect.objectContaining({ name: 'renamed' })]])
    } finally {
      unmount(folder)
    }
  })

  it('check, rebuild and compact a library, also one whose index is damaged', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(4), epochRecord(0), ended()])
    expect(await command('library', 'check', '--library', folder)).toMatchObject({
      code: 1,
      out: `${id}: the index is behind its folder\n1 runs, 1 findings\n`
    })
    expect((await command('library', 'rebuild', '--library', folder)).out).toContain('1 runs')
    const whole = { code: 0, out: '1 runs, nothing wrong\n', err: '' }
    expect(await command('library', 'check', '--library', folder)).toEqual(whole)
    const index = join(folder, 'index/index.sqlite')
    const bytes = readFileSync(index)
    writeFileSync(index, bytes.fill(0x55, 4096))
    expect((await command('library', 'rebuild', '--library', folder)).code).toBe(0)
    expect(await command('library', 'check', '--library', folder)).toEqual(whole)
    await changeUser(run, { deletedAt: Date.now() - 31 * 24 * 3600_000 })
    expect((await command('library', 'compact', '--library', folder)).out).toContain('removed for good: 1 runs')
    expect((await command('runs', 'list', '--library', folder)).out).toBe('no runs\n')
  })
})
