import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import { root } from '../../scripts/setup/folders.mjs'
import type { Curve } from '../../src/shared/run/curves'
import type { RunDetail, RunSummary } from '../../src/shared/run/schema'

const work = mkdtempSync(join(tmpdir(), 'residuum-app-folders-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
let app: ElectronApplication
let page: Page

async function launch(library: string): Promise<void> {
  ;({ app, page } = await launchApp({ library, settings: mkdtempSync(join(work, 'settings-')) }))
  page.setDefaultTimeout(20_000)
  await page.click('nav a[data-place=compare]')
}
const ask = async <T>(route: string, input: unknown): Promise<T> => {
  const answer = await page.evaluate(
    ([name, value]) => window.residuum.request(name as never, value as never) as Promise<unknown>,
    [route, input] as const
  )
  return (answer as { data: T }).data
}
const runs = async (): Promise<RunSummary[]> => (await ask<{ runs: RunSummary[] }>('runs.list', {})).runs
const rows = () => page.locator('[data-test=runs] tbody tr')

describe('a run that the command line trains in the library of an open app', () => {
  const library = join(work, 'library')
  const user = (id: string): { deletedAt: number | null } =>
    JSON.parse(readFileSync(join(library, 'runs', id, 'user.json'), 'utf8')) as { deletedAt: number | null }
  let pid = 0
  let end: Promise<unknown>
  let id = ''

  beforeAll(() => launch(library))
  afterAll(async () => {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // The tests have ended it.
    }
    await app.close().catch(() => undefined)
  })

  it('is there within two seconds', async () => {
    const recipe = ['--preset', 'lenet-5', '--epochs', '10000', '--train-limit', '256', '--test-limit', '64']
    const command = spawn(process.execPath, ['out/main/cli.cjs', 'train', '--library', library, ...recipe], {
      cwd: root,
      stdio: 'ignore'
    })
    pid = command.pid!
    end = new Promise((resolve) => command.once('exit', resolve))
    const made = (): string[] =>
      existsSync(join(library, 'runs')) ? readdirSync(join(library, 'runs')).filter((name) => /^\d/.test(name)) : []
    await expect.poll(made, { interval: 20, timeout: 30_000 }).toHaveLength(1)
    await page.waitForSelector('[data-test=runs] [data-status=running]', { timeout: 2000 })
    ;[id] = made() as [string]
    expect(await runs()).toMatchObject([{ id, status: 'running', name: 'lenet-5 #1' }])
  })

  it('is compared while it goes on: figures and curves grow', async () => {
    const epochs = async (): Promise<number> => parseInt((await rows().locator('td').nth(4).textContent())!)
    await expect.poll(epochs, { timeout: 30_000 }).toBeGreaterThan(0)
    if ((await page.locator('[data-test=comparison]').count()) === 0) await rows().first().click()
    await page.waitForSelector('[data-test=comparison] canvas')
    const drawn = (): Promise<string> =>
      page
        .locator('[data-test=comparison] canvas')
        .first()
        .evaluate((one) => (one as HTMLCanvasElement).toDataURL())
    const [before, picture] = [await epochs(), await drawn()]
    await expect.poll(epochs).toBeGreaterThan(before + 2)
    await expect.poll(drawn).not.toBe(picture)
  })

  it('cannot be deleted meanwhile, and is interrupted when it is killed', async () => {
    expect(await page.locator('[data-test=delete]').isDisabled()).toBe(true)
    process.kill(pid, 'SIGKILL')
    await end
    await page.waitForSelector('[data-test=runs] [data-status=interrupted]', { timeout: 5000 })
    const [run] = await runs()
    expect(run).toMatchObject({ id, status: 'interrupted', problem: null })
    const { epochs } = await ask<RunDetail>('runs.get', { id })
    expect(run!.epochsDone).toBe(epochs.length)
  })

  it('is deleted, folder and all kept, and taken back', async () => {
    await page.click('[data-test=delete]')
    await page.waitForSelector('[data-test=notice-action]')
    await expect.poll(() => page.locator('[data-test=comparison]').count()).toBe(0)
    expect(await runs()).toEqual([])
    expect(user(id).deletedAt).toBeGreaterThan(0)
    expect(existsSync(join(library, 'runs', id, 'journal'))).toBe(true)
    await page.click('[data-test=notice-action]')
    await page.waitForSelector('[data-test=runs] [data-status=interrupted]')
    await page.waitForSelector('[data-test=comparison] canvas')
    expect(await runs()).toMatchObject([{ id, deleted: false }])
    expect(user(id).deletedAt).toBeNull()
  })
})

describe('a library of version 3', () => {
  const fixture = join(root, 'test', 'fixtures', 'library-3')
  const library = join(work, 'library-3')
  const expected = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8')) as Record<
    'finished' | 'interrupted',
    { summary: RunSummary; epochs: unknown[]; steps: { step: number; loss: number }[] }
  >

  beforeAll(() => {
    cpSync(fixture, library, { recursive: true })
    return launch(library)
  })
  afterAll(() => app.close().catch(() => undefined))

  it('is opened as folders, with all of its runs, figures, curves and predictions', async () => {
    expect(existsSync(join(library, 'library.sqlite'))).toBe(false)
    expect(existsSync(join(library, 'library.sqlite.migrated-3'))).toBe(true)
    const both = [expected.interrupted, expected.finished]
    await expect.poll(async () => (await runs()).length, { timeout: 10_000 }).toBe(2)
    expect((await runs()).map(({ id, name, status }) => ({ id, name, status }))).toEqual(
      both.map(({ summary: { id, name, status } }) => ({ id, name, status }))
    )
    for (const { summary, epochs, steps } of both) {
      expect((await ask<RunDetail>('runs.get', { id: summary.id })).epochs).toEqual(epochs)
      const [curve] = await ask<[Curve]>('runs.curves', [{ run: summary.id, name: 'loss', points: 1000 }])
      expect(Object.values(curve.steps)).toEqual(steps.map(({ step }) => step))
      expect(Object.values(curve.mean)).toEqual(steps.map(({ loss }) => Math.fround(loss)))
    }
    await expect.poll(() => rows().count()).toBe(2)
    await rows().filter({ hasText: expected.finished.summary.name }).getByRole('button', { name: 'Evaluate' }).click()
    await page.waitForSelector('[data-test=confusion]')
    await page.waitForSelector(`[data-epoch="${expected.finished.summary.best!.epoch}"]`)
  })
})
