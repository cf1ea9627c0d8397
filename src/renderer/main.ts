import ElementPlus from 'element-plus'
import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './app/App.vue'
import { i18n } from './app/i18n'
import { report } from './app/report'
import { router } from './app/router'
import './app/base.css'

const app = createApp(App)
app.config.errorHandler = report
app.use(createPinia()).use(router).use(i18n).use(ElementPlus).mount('#app')
