import '@countersign/react/dropzone.css'
import { createUploadWidget } from '@countersign/widget'

window.violations = []
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  window.violations.push(`${violatedDirective} ${blockedURI}`)
})
const widget = createUploadWidget({ signatureEndpoint: '/sign' }, () => undefined)
document.querySelector('#open').addEventListener('click', () => widget.open())
