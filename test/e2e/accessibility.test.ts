import axe from 'axe-core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialogsClosed, launchApp } from '../../scripts/launch.mjs'
import { changeUser } from '../../src/main/run/folder'
import { writeEvaluation } from '../../src/main/run/evaluations'
import { presetExperiment, presetNames } from '../../src/shared/presets'
import { addRun, append, ended, epochRecord, started, steps } from '../support/runFolders'

const root = mkdtempSync(join(tmpdir(), 'residuum-accessibility-'))
const library = join(root, 'library')
const RUNS = 34
const EPOCHS = 6
const PICTURES = 40
let app: ElectronApplication
let page: Page

/** A library as it is after some weeks: runs of every preset, ended in every way, one with a name of 200 letters. */
async function fillLibrary(): Promise<void> {
  const endings = ['finished', 'finished', 'stopped', 'failed', 'interrupted'] as const
  for (let number = 0; number < RUNS; number++) {
    const preset = presetNames[number % presetNames.length]!
    const { folder } = await addRun(library, [], presetExperiment(preset))
    await changeUser(folder, { name: number === 20 ? 'long '.repeat(40) : `${preset} try ${number}` })
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      const labels = Uint16Array.from({ length: PICTURES }, (_, index) => index % 10)
      await writeEvaluation(folder, {
        epoch,
        k: 1,
        pictures: Uint32Array.from(labels.keys()),
        labels,
        classes: labels.map((label, index) => (index % 3 === 0 ? (label + 1) % 10 : label)),
        probabilities: new Float32Array(PICTURES).fill(0.75),
        trueProbability: null
      })
    }
    const accuracy = 0.3 + number / 100
    await append(folder, [
      started(10),
      steps(0, 10 * EPOCHS, (step) => 2.3 / (1 + step / 10)),
      ...Array.from({ length: EPOCHS }, (_, epoch) =>
        epochRecord(epoch, { testAccuracy: accuracy + epoch / 50, score: accuracy + epoch / 50 })
      ),
      ended(endings[number % endings.length])
    ])
  }
}

beforeAll(async () => {
  await fillLibrary()
  ;({ app, page } = await launchApp({ library, settings: join(root, 'settings') }))
  page.setDefaultTimeout(30_000)
  await page.waitForFunction((count) => document.querySelector('footer')!.textContent!.includes(String(count)), RUNS)
  await page.evaluate(axe.source)
})
afterAll(async () => {
  await app?.close().catch(() => undefined)
  rmSync(root, { recursive: true, force: true })
})

const set = (change: object): Promise<unknown> =>
  page.evaluate((settings) => window.residuum.request('settings.set' as never, settings as never) as never, change)
const go = (place: string): Promise<void> => page.click(`nav a[data-place=${place}]`)

/** What axe finds, a line a rule with the elements. */
async function findings(): Promise<string[]> {
  // What fades in has not its colours yet.
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState, effect }) => {
      const endless = effect?.getComputedTiming().iterations === Infinity
      return endless || playState !== 'running'
    })
  )
  const { violations } = (await page.evaluate(
    () => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }) as never
  )) as unknown as axe.AxeResults
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`)
  )
}

/** Closes the dialog that is open and opens another by its keys. */
async function dialog(keys: string, name: string): Promise<void> {
  await page.keyboard.press('Escape')
  await dialogsClosed(page)
  await page.keyboard.press(keys)
  await page.waitForSelector(`[data-test=${name}]`)
}

/** What is open, and how it is reached; each begins where the one before it ended. */
const screens: [name: string, open: () => Promise<unknown>][] = [
  ['a preset', () => go('architecture')],
  ['a selected node', () => page.click('.vue-flow__node >> nth=3')],
  ['the palette of layers', () => page.click('[data-test=side-palette]')],
  ['the layers', () => page.click('[data-test=panel-layers]')],
  ['the code', () => page.click('[data-test=panel-code]')],
  ['the whole network', () => page.click('[data-test=overview-toggle]')],
  ['Train', () => go('train')],
  ['Evaluate', () => go('evaluate').then(() => page.waitForSelector('[data-test=confusion]'))],
  ['Data', () => go('data').then(() => page.waitForSelector('[data-test=pictures] [role=gridcell]'))],
  [
    'the settings',
    () => page.click('[data-test=settings]').then(() => page.waitForSelector('[data-test=settings-dialog]'))
  ],
  ['the shortcuts', () => dialog('Control+/', 'shortcuts')],
  ['all commands', () => dialog('Control+Shift+P', 'command-palette')]
]

describe.each(['light', 'dark'] as const)('in the %s theme axe finds nothing', (theme) => {
  beforeAll(async () => {
    await set({ theme })
    await page.waitForFunction((dark) => document.documentElement.classList.contains('dark') === dark, theme === 'dark')
  })
  afterAll(async () => {
    await page.keyboard.press('Escape')
    await go('architecture')
    await page.click('[data-test=overview-toggle]')
    await page.click('[data-test=side-library]')
  })

  it.each(screens)('in %s', async (_, open) => {
    await open()
    expect(await findings()).toEqual([])
  })
})
