import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ArchitectureShelf } from '../../../src/main/library/architectures'
import { freeTitle } from '../../../src/main/library/names'
import { compareArchitectures } from '../../../src/shared/architecture/difference'
import type { ArchitectureSummary } from '../../../src/shared/architecture/saved'
import { unknownLayers } from '../../../src/shared/architecture/document'
import { changeFrame, setAttribute } from '../../../src/shared/architecture/edit'
import { fieldsOf } from '../../../src/shared/architecture/fields'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { seedResnet } from '../../../src/shared/presets/seedResnet'
import { temporaryFolder } from '../support'

const mine = { ...lenet5(), name: 'mine' }
const wider = setAttribute(lenet5(), null, ['conv1'], 'attributes', 'out_channels', 12)

describe('saved architectures', () => {
  it('keeps versions, and a draft over a restart until it is saved', async () => {
    const folder = temporaryFolder()
    const { id } = await new ArchitectureShelf(folder).create(mine)
    await new ArchitectureShelf(folder).setDraft(id, { ...wider, name: 'mine' })

    const shelf = new ArchitectureShelf(folder)
    expect(await shelf.list()).toMatchObject([{ id, name: 'mine', version: 1, parameters: 62_006, hasDraft: true }])
    expect(await shelf.get(id)).toMatchObject({ saved: mine, draft: { ...wider, name: 'mine' } })
    expect(await shelf.save(id, wider)).toMatchObject({ version: 2, hasDraft: false })
    // Nothing differs: no further version.
    expect(await shelf.save(id, wider)).toMatchObject({ version: 2 })
    expect((await shelf.versions(id)).map(({ version }) => version)).toEqual([2, 1])
    expect(await shelf.version(id, 1)).toEqual(mine)
    await shelf.setDraft(id, lenet5())
    await shelf.setDraft(id, null)
    expect((await shelf.get(id)).draft).toBeNull()
  })

  it('renames, deletes with a way back, and forgets what was deleted a month ago', async () => {
    const folder = temporaryFolder()
    const shelf = new ArchitectureShelf(folder)
    const { id } = await shelf.create(lenet5())
    await shelf.rename(id, '残差 🧱')
    expect((await shelf.get(id)).saved.name).toBe('残差 🧱')
    await shelf.delete(id)
    expect(await shelf.list()).toEqual([])
    await shelf.restore(id)
    expect(await shelf.list()).toHaveLength(1)
    await shelf.delete(id)
    expect(await shelf.purge()).toBe(0)
    const file = join(folder, 'architectures', id, 'architecture.json')
    const about = JSON.parse(readFileSync(file, 'utf8')) as object
    for (const [deletedAt, count] of [
      // Seconds, as somebody may write by hand, are no time at which anything was deleted.
      [Math.round(Date.now() / 1000), 0],
      [Date.now() - 31 * 24 * 3600_000, 1]
    ] as const) {
      writeFileSync(file, JSON.stringify({ ...about, deletedAt }))
      expect(await shelf.purge()).toBe(count)
    }
    await expect(shelf.get(id)).rejects.toThrow('not in the library')
    expect(readdirSync(join(folder, 'architectures')).filter((name) => name.includes(id))).toEqual([])
  })

  it('have names that no other and no preset has, also where two shelves make them at once', async () => {
    const folder = temporaryFolder()
    const shelves = [new ArchitectureShelf(folder), new ArchitectureShelf(folder)] as const
    const made = await Promise.all([0, 1, 0, 1].map((at) => shelves[at]!.create(lenet5())))
    const names = ['lenet-5 2', 'lenet-5 3', 'lenet-5 4', 'lenet-5 5']
    expect(made.map(({ name }) => name).sort()).toEqual(names)
    expect((await shelves[0].list()).map(({ name }) => name)).toEqual(names)
    const [{ id }] = made as [ArchitectureSummary]
    expect((await shelves[0].version(id, 1)).name).toBe(made[0]!.name)
  })

  it('that cannot be read hide no other', async () => {
    const folder = temporaryFolder()
    const shelf = new ArchitectureShelf(folder)
    const { id: damaged } = await shelf.create(lenet5())
    const { id } = await shelf.create(wider)
    writeFileSync(join(folder, 'architectures', damaged, 'architecture.json'), '{')
    expect((await shelf.list()).map((one) => one.id)).toEqual([id])
    await expect(shelf.get(damaged)).rejects.toMatchObject({ code: 'architecture-file' })
  })

  it('refuses what is not there', async () => {
    const shelf = new ArchitectureShelf(temporaryFolder())
    for (const act of [
      () => shelf.save('none', lenet5()),
      () => shelf.setDraft('none', null),
      () => shelf.versions('none'),
      () => shelf.get('../none')
    ]) {
      await expect(act()).rejects.toThrow('not in the library')
    }
  })
})

describe('a free name', () => {
  it('is the name itself, or has the next free number behind, within 200 characters and no half of one', () => {
    expect(freeTitle('a', new Set(['b']))).toBe('a')
    expect(freeTitle('a', new Set(['a', 'a 2', 'a 4']))).toBe('a 3')
    expect(freeTitle('a 4', new Set(['a 4', 'a 5']))).toBe('a 6')
    expect(freeTitle('lenet 1', new Set(['lenet 1']))).toBe('lenet 1 2')
    const long = `${'x'.repeat(197)}🧱y`
    expect(freeTitle(long, new Set([long]))).toBe(`${'x'.repeat(197)} 2`)
    const whole = 'y'.repeat(200)
    expect(freeTitle(whole, new Set([whole]))).toBe(`${'y'.repeat(198)} 2`)
  })
})

describe('two versions', () => {
  it('differ in what was added, removed and changed, drawing by drawing', () => {
    const without = { ...wider, graph: { ...wider.graph, nodes: wider.graph.nodes.filter(({ id }) => id !== 'relu4') } }
    const [network] = compareArchitectures(lenet5(), without)
    const states = network!.nodes
      .filter(({ state }) => state !== 'same')
      .map(({ node, state, changes }) => [node.id, state, changes])
    expect(states).toEqual([
      ['conv1', 'changed', [{ name: 'out_channels', before: '6', after: '12' }]],
      ['relu4', 'removed', []]
    ])
    expect(
      compareArchitectures(seedResnet(), changeFrame(seedResnet(), { classes: 7 })).map(({ count }) => count)
    ).toEqual([1, 0])
  })
})

describe('documents', () => {
  it('names the layers that this version does not know', () => {
    const strange = JSON.parse(JSON.stringify(seedResnet()).replaceAll('BatchNorm2d', 'BatchNorm9d')) as ReturnType<
      typeof seedResnet
    >
    expect(unknownLayers(strange)).toEqual(['BatchNorm9d'])
    expect(unknownLayers(seedResnet())).toEqual([])
  })
})

describe('forms', () => {
  it('have the attributes and defaults of PyTorch', () => {
    const defaults = (kind: string) => Object.fromEntries(fieldsOf(kind).map((field) => [field.name, field.default]))
    expect(defaults('Conv2d')).toEqual({
      out_channels: undefined,
      kernel_size: undefined,
      stride: 1,
      padding: 0,
      dilation: 1,
      groups: 1,
      bias: true
    })
    expect(defaults('MaxPool2d')).toEqual({ kernel_size: undefined, stride: undefined, padding: 0, ceil_mode: false })
    expect(defaults('BatchNorm2d')).toEqual({ eps: 1e-5, momentum: 0.1, affine: true })
    expect(
      fieldsOf('Conv2d')
        .filter(({ required }) => required)
        .map(({ name }) => name)
    ).toEqual(['out_channels', 'kernel_size'])
    expect(fieldsOf('GELU')).toMatchObject([{ type: 'choice', choices: ['none', 'tanh'] }])
  })
})
