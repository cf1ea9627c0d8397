import appEn from './en/app.json'
import trainEn from './en/train.json'
import runsEn from './en/runs.json'
import chartsEn from './en/charts.json'
import architectureEn from './en/architecture.json'
import inspectorEn from './en/inspector.json'
import appZh from './zh-CN/app.json'
import trainZh from './zh-CN/train.json'
import runsZh from './zh-CN/runs.json'
import chartsZh from './zh-CN/charts.json'
import architectureZh from './zh-CN/architecture.json'
import inspectorZh from './zh-CN/inspector.json'

/** The texts of the screens, a file a feature. What errors and commands say is shared by all processes. */
export const en = { ...appEn, ...trainEn, ...runsEn, ...chartsEn, ...architectureEn, ...inspectorEn }
export const zh: typeof en = { ...appZh, ...trainZh, ...runsZh, ...chartsZh, ...architectureZh, ...inspectorZh }
