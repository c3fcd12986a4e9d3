import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import './example.css'

export const metadata: Metadata = {
  title: 'Photos · Countersign example',
  description: 'Signed uploads with Countersign, in a Next.js app.',
}

export const viewport: Viewport = { colorScheme: 'light dark' }

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
