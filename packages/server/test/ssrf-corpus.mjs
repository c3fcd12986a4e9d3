/** Addresses that a server must not connect to unless the operator allows them, in every spelling that a URL parser or a resolver accepts. @module */

/** IPv4 addresses of special ranges, with the RFCs that define the ranges. The list does not use the code under test. */
export const PRIVATE_IPV4 = [
  // RFC 1122 3.2.1.3: this network, loopback.
  '0.0.0.0',
  '0.0.0.1',
  '0.255.255.255',
  '127.0.0.1',
  '127.0.0.2',
  '127.0.1.1',
  '127.1.1.1',
  '127.127.127.127',
  '127.255.255.254',
  // RFC 1918.
  '10.0.0.1',
  '10.1.2.3',
  '10.255.255.255',
  '172.16.0.1',
  '172.20.10.5',
  '172.31.255.254',
  '192.168.0.1',
  '192.168.1.254',
  '192.168.255.255',
  // RFC 6598: carrier-grade NAT.
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.254',
  // RFC 3927: link-local, and the clouds' metadata services there.
  '169.254.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '169.254.169.253',
  '169.254.255.255',
  // RFC 6890: protocol assignments; RFC 5737: documentation; RFC 2544: benchmarking.
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  // RFC 7526: the 6to4 relay. RFC 5771: multicast. RFC 1112: reserved. RFC 919: broadcast.
  '192.88.99.1',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '254.1.2.3',
  '255.255.255.255',
]

/** IPv6 addresses of special ranges (RFC 4291, 4193, 3849, 9637, 6666, 4380, 3056, 6052, 8215, 5214, 9602). */
export const PRIVATE_IPV6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  '::2',
  'fe80::1',
  'fe80::a9fe:a9fe',
  'febf::1',
  'fec0::1',
  'fc00::1',
  'fd00::1',
  'fd00:ec2::254',
  'fd12:3456:789a:1::1',
  'ff01::1',
  'ff02::1',
  'ff05::2',
  '2001:db8::1',
  '3fff::1',
  '100::1',
  '2001::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2002::1',
  '64:ff9b:1::1',
  '5f00::1',
  '4000::1',
  'e000::1',
]

/** Public addresses, which the server must connect to. */
export const PUBLIC_ADDRESSES = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '93.184.216.34',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '169.255.0.1',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '223.255.255.255',
  '2001:4860:4860::8888',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::200e',
]

/**
 * Returns hosts for URLs: every address above in every spelling.
 *
 * @returns {string[]}
 */
export function ssrfHosts() {
  const fromIpv4 = PRIVATE_IPV4.flatMap((address) => [
    ...ipv4Spellings(address),
    ...ipv6Carriers(address).map((carrier) => `[${carrier}]`),
  ])
  const fromIpv6 = PRIVATE_IPV6.flatMap((address) => [`[${address}]`, `[${address.toUpperCase()}]`])
  const names = [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'foo.localhost',
    'localhost.localdomain',
    'ip6-localhost',
    'ｌｏｃａｌｈｏｓｔ',
    'metadata.google.internal',
    'metadata',
    'host.docker.internal',
    'kubernetes.default.svc',
    'ⓛocalhost',
    'local%68ost',
  ]
  return [...new Set([...fromIpv4, ...fromIpv6, ...names])]
}

/** @param {string} address */
function ipv4Spellings(address) {
  const bytes = address.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const number = ((a * 256 + b) * 256 + c) * 256 + d
  const hex = (/** @type {number} */ value, digits = 0) => value.toString(16).padStart(digits, '0')
  const octal = (/** @type {number} */ value) => `0${value.toString(8)}`
  const wide = [...address].map((character) =>
    character === '.' ? '。' : String.fromCodePoint(0xff10 + Number(character)),
  )
  return [
    address,
    `${address}.`,
    String(number),
    `0x${hex(number)}`,
    `0X${hex(number, 8).toUpperCase()}`,
    octal(number),
    bytes.map((byte) => `0x${hex(byte)}`).join('.'),
    bytes.map(octal).join('.'),
    bytes.map((byte) => `000${octal(byte)}`).join('.'),
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `0x${hex(a)}.${octal(b)}.${c}.0x${hex(d)}`,
    wide.join(''),
    address.replaceAll('.', '．'),
    address.replaceAll('.', '%2e'),
    [...address].map((character) => `%${hex(character.charCodeAt(0))}`).join(''),
  ]
}

/**
 * Returns IPv6 addresses that contain an IPv4 address: mapped, compatible, translated, NAT64 (both prefixes), 6to4, Teredo, ISATAP.
 *
 * @param {string} address
 * @returns {string[]}
 */
export function ipv6Carriers(address) {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  const high = (a * 256 + b).toString(16)
  const low = (c * 256 + d).toString(16)
  const flipped = [a * 256 + b, c * 256 + d].map((word) => (0xffff - word).toString(16))
  return [
    `::ffff:${address}`,
    `::ffff:${high}:${low}`,
    `0:0:0:0:0:ffff:${high}:${low}`,
    `::${address}`,
    `::ffff:0:${address}`,
    `64:ff9b::${address}`,
    `64:ff9b::${high}:${low}`,
    `64:ff9b:1::${address}`,
    `2002:${high}:${low}::1`,
    `2001:0:4136:e378:8000:63bf:${flipped.join(':')}`,
    `fe80::5efe:${high}:${low}`,
    `2a01:4f8::5efe:${high}:${low}`,
    `2a01:4f8::200:5efe:${high}:${low}`,
  ]
}
