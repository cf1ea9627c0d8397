import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import { presetExperiment } from '../../src/shared/presets'
import type { RunSummary } from '../../src/shared/run/schema'
import { canMount, fillDisk, mount, unmount } from '../support/smallDisk'

const work = mkdtempSync(join(tmpdir(), 'residuum-app-full-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe.skipIf(!canMount())('the app on a full disk', () => {
  it('waits for room, says so in the window, and goes on', async () => {
    const library = mkdtempSync(join(work, 'disk-'))
    mount(library, 12 * 1024)
    try {
      const { app, page } = await launchApp({ library, settings: join(work, 'settings') })
      const ask = <T>(route: string, input?: unknown): Promise<{ data: T }> =>
        page.evaluate(([name, value]) => window.residuum.request(name as never, value as never) as never, [
          route,
          input
        ] as const)
      const experiment = presetExperiment('lenet-5')
      Object.assign(experiment.recipe, { epochs: 10_000, trainLimit: 64, testLimit: 16 })
      await ask('training.start', experiment)
      const run = async (): Promise<RunSummary | undefined> =>
        (await ask<{ runs: RunSummary[] }>('runs.list', {})).data.runs[0]
      const epochsDone = async (): Promise<number> => (await run())?.epochsDone ?? 0
      await expect.poll(epochsDone, { timeout: 60_000 }).toBeGreaterThan(1)
      const ballast = join(library, 'ballast')
      writeFileSync(ballast, '')
      // A writer that waits also removes what it began.
      const timer = setInterval(() => fillDisk(ballast), 20)
      try {
        const warning = async (): Promise<string | undefined> =>
          (await ask<{ warning: { code: string } | null } | null>('training.state')).data?.warning?.code
        await expect.poll(warning, { timeout: 30_000 }).toMatch(/^disk-full-/)
        await page.click('[data-place="train"]')
        await expect.poll(() => page.textContent('body')).toContain('is full')
      } finally {
        clearInterval(timer)
      }
      expect(await run()).toMatchObject({ status: 'running', error: null })
      const before = await epochsDone()
      rmSync(ballast)
      await expect.poll(epochsDone, { timeout: 30_000 }).toBeGreaterThan(before)
      await ask('training.stop')
      await expect.poll(async () => (await run())?.status, { timeout: 30_000 }).toBe('stopped')
      await app.close()
    } finally {
      unmount(library)
    }
  })
})
