import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'

const require = createRequire(import.meta.url)
const built = (name: string, file: string): string =>
  readFileSync(join(dirname(require.resolve(`${name}/package.json`)), 'dist', file), 'utf8')

/**
 * Lays a Vue Flow canvas with nothing of ours over the page, a chain of as many of the library's own nodes as a drawing
 * has, to compare times with. Gives ways to insert a node in the middle, which tells how many ms that took until it was
 * drawn, to take it away, and to hide the canvas.
 */
export async function layBareCanvas(
  page: Page,
  nodes: number
): Promise<{ insert(): Promise<number>; remove(): Promise<void>; show(on: boolean): Promise<void> }> {
  await page.evaluate(`(() => {
    ${built('vue', 'vue.runtime.global.prod.js')}
    ${built('@vue-flow/core', 'vue-flow-core.iife.js')}
    window.bare = { Vue, VueFlow: VueFlowCore }
  })()`)
  await page.evaluate((count) => {
    const { Vue, VueFlow } = (window as never as { bare: Bare }).bare
    const host = document.createElement('div')
    host.id = 'bare'
    host.style.cssText = 'position: fixed; inset: 0; z-index: 5000; background: white'
    document.body.append(host)
    const node = (id: string, index: number): object => ({ id, label: id, position: { x: 0, y: index * 120 } })
    const ids = Array.from({ length: count }, (_, index) => `bare${index}`)
    const edge = (source: string, target: string): object => ({ id: `${source}-${target}`, source, target })
    const chain = ids.slice(1).map((id, index) => edge(ids[index]!, id))
    const bare = Vue.createApp({
      setup: () => {
        const flow = VueFlow.useVueFlow('bare')
        Object.assign((window as never as { bare: Bare }).bare, {
          insert: (id: string) => {
            flow.removeEdges(['bare4-bare5'])
            flow.addNodes([node(id, 4.5)])
            flow.addEdges([edge('bare4', id), edge(id, 'bare5')])
          },
          remove: (id: string) => {
            flow.removeNodes([id])
            flow.addEdges([edge('bare4', 'bare5')])
          }
        })
        return () => Vue.h(VueFlow.VueFlow, { id: 'bare', nodes: ids.map(node), edges: chain })
      }
    })
    bare.mount(host)
  }, nodes)
  await page.waitForFunction((count) => document.querySelectorAll('#bare .vue-flow__node').length === count, nodes)
  return {
    insert: () =>
      page.evaluate(async () => {
        const start = performance.now()
        ;(window as never as { bare: Bare }).bare.insert('inserted')
        while (!document.querySelector('#bare [data-id=inserted]')) await new Promise(requestAnimationFrame)
        return performance.now() - start
      }),
    show: (on) =>
      page.evaluate((shown) => {
        document.querySelector<HTMLElement>('#bare')!.style.visibility = shown ? 'visible' : 'hidden'
      }, on),
    remove: () => page.evaluate(() => (window as never as { bare: Bare }).bare.remove('inserted'))
  }
}

interface Bare {
  Vue: {
    createApp(component: object): { mount(host: Element): void }
    h(component: unknown, props: object): unknown
  }
  VueFlow: {
    VueFlow: unknown
    useVueFlow(id: string): {
      addNodes(nodes: object[]): void
      addEdges(edges: object[]): void
      removeNodes(ids: string[]): void
      removeEdges(ids: string[]): void
    }
  }
  insert(id: string): void
  remove(id: string): void
}
