import type { Page } from 'playwright-core'

/** Notes in `faults` what goes wrong in the window from now on: errors nobody caught or said, and texts that are missing. */
export function noteFaults(page: Page, faults: string[]): void {
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('missing text')) faults.push(message.text())
  })
}
