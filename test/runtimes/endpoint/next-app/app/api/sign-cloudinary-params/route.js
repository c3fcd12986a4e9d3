import { createApp } from '../../../../app.mjs'

export const runtime = 'edge'

export const { GET, POST } = createApp()
