import type { Bridge } from '../shared/ipc/channel'

declare global {
  interface Window {
    residuum: Bridge
  }
}

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
