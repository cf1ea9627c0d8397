import { contextBridge, ipcRenderer } from 'electron'
import { EVENT, PORT, REQUEST, type Bridge } from '../shared/ipc/channel'
import type { WindowEvent } from '../shared/ipc/events'

const bridge: Bridge = {
  request: (route, input) => ipcRenderer.invoke(REQUEST, route, input),
  subscribe: (listener) => {
    const forward = (_: unknown, event: WindowEvent): void => listener(event)
    ipcRenderer.on(EVENT, forward)
    return () => ipcRenderer.off(EVENT, forward)
  }
}

contextBridge.exposeInMainWorld('residuum', bridge)

// A port cannot cross the bridge; the window's own message can carry it.
ipcRenderer.on(PORT, (event) => {
  window.postMessage(PORT, window.location.origin, event.ports)
})
