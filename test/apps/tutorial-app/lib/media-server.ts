const server = new URL(process.env.NEXT_PUBLIC_COUNTERSIGN_URL ?? 'http://127.0.0.1:8787')

/** The `config` of CldImage and getCldImageUrl for the app's own media server. */
export const mediaServer = {
  url:
    server.protocol === 'https:'
      ? { secureDistribution: server.host }
      : { secure: false, cname: server.host },
}
