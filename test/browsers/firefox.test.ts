/** The core flows in Firefox. */

import { ENGINES } from '../../scripts/find-engines.mjs'
import { testFlows } from './flows.js'
import { launchFirefox } from './puppeteer-engine.js'

const programs = await ENGINES.Firefox.find()

testFlows('Firefox', programs === null ? undefined : () => launchFirefox(programs))
