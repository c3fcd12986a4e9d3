/** Lists the media types as text rows. Names come from IANA's registry, the WHATWG MIME Sniffing standard and real clients. @module */

/**
 * One type per line: `type extensions|aliases|types that systems also declare`. Aliases leave out names that only add `x-`, and names
 * that end in an extension, such as `image/jpg`. A line with `#` names the container of the types below it: ZIP (`zip`), compound file
 * of older Office versions (`cfb`), text (`text`), or text that a program runs or a browser shows as a page (`active`).
 */
export const TYPE_ROWS = `
image/jpeg jpg jpeg jpe jfif pjpeg pjp|image/pipeg image/citrix-jpeg
image/png png apng|image/citrix-png
image/gif gif
image/webp webp
image/avif avif avifs|image/avif-sequence
image/heic heic heif hif|image/heic-sequence image/heif-sequence
image/svg+xml svg||application/xml
video/mp4 mp4 m4v|application/mp4
video/quicktime mov qt
image/tiff tif tiff
image/bmp bmp dib|image/ms-bmp image/windows-bmp
video/webm webm
audio/mpeg mp3 mp2|audio/mpeg3 audio/mpeg-3 audio/mpg
audio/mp4 m4a m4b
audio/wav wav|audio/wave audio/vnd.wave audio/pn-wav
application/pdf pdf|application/vnd.pdf text/pdf application/acrobat application/illustrator|application/postscript
image/vnd.microsoft.icon ico cur|image/icon
video/x-matroska mkv
video/x-msvideo avi|video/vnd.avi
video/mpeg mpg mpeg|video/mp1s video/mp2p
video/3gpp 3gp|audio/3gpp
audio/ogg ogg oga opus spx ogx|audio/vorbis application/ogg
audio/aac aac|audio/aacp audio/hx-aac-adts
audio/flac flac
application/zip zip|application/zip-compressed
text/csv csv|application/csv text/comma-separated-values|application/vnd.ms-excel
text/plain txt text log
image/jxl jxl
image/jp2 jp2 jpx jpf jpm j2k j2c|image/jpeg2000 image/jpeg2000-image
image/mj2 mj2
image/jls jls
image/vnd.adobe.photoshop psd|image/photoshop application/photoshop application/psd
image/x-adobe-dng dng
image/x-canon-cr2 cr2
image/x-canon-cr3 cr3
image/x-nikon-nef nef
image/x-sony-arw arw
image/x-olympus-orf orf
image/x-fujifilm-raf raf
image/x-panasonic-rw2 rw2
image/vnd.ms-photo jxr wdp
image/vnd.dwg dwg
image/icns icns
image/ktx ktx
image/flif flif
image/bpg bpg
image/x-xcf xcf
video/mp2t mts m2ts
video/3gpp2 3g2|audio/3gpp2
video/ogg ogv ogm
video/x-flv flv f4v
video/x-ms-wmv wmv asf|video/ms-asf video/ms-wm application/vnd.ms-asf
audio/webm weba
audio/x-matroska mka
audio/aiff aif aiff aifc
audio/midi mid midi
audio/amr amr
audio/ape ape
audio/wavpack wv
audio/x-musepack mpc
audio/qcelp qcp
audio/x-dsf dsf
audio/x-voc voc
audio/x-it it
audio/x-s3m s3m
audio/x-xm xm
audio/x-ms-wma wma|audio/ms-asf
audio/ac3 ac3|audio/vnd.dolby.dd-raw
application/postscript ps eps|image/eps
application/rtf rtf|text/rtf text/richtext|application/msword
application/gzip gz tgz|application/gunzip application/gzip-compressed application/compressed-tar
application/x-tar tar|application/gtar
application/x-7z-compressed 7z
application/vnd.rar rar|application/rar-compressed
application/x-bzip2 bz2|application/bzip
application/x-xz xz
application/zstd zst
application/x-msdownload exe dll scr|application/msdos-program application/dosexec application/vnd.microsoft.portable-executable
application/x-elf elf|application/executable application/sharedlib
application/x-mach-binary macho
application/java-vm class
application/wasm wasm
application/x-shockwave-flash swf
font/ttf ttf|font/sfnt application/font-ttf application/font-sfnt
font/otf otf|application/font-otf
font/woff woff|application/font-woff
font/woff2 woff2|application/font-woff2
#cfb
application/x-cfb cfb|application/cdf application/ole-storage
application/msword doc|application/vnd.ms-word application/winword application/wps-office.doc
application/vnd.ms-excel xls xlt|application/msexcel application/ms-excel application/excel application/wps-office.xls
application/vnd.ms-powerpoint ppt pps|application/mspowerpoint application/powerpoint application/wps-office.ppt
application/vnd.ms-outlook msg
application/vnd.visio vsd
application/vnd.ms-project mpp|application/msproject
application/x-hwp hwp|application/haansofthwp
application/x-msi msi
#zip
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx|application/wps-office.docx application/haansoftdocx|application/msword
application/vnd.openxmlformats-officedocument.wordprocessingml.template dotx||application/msword
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx|application/wps-office.xlsx application/haansoftxlsx|application/vnd.ms-excel
application/vnd.openxmlformats-officedocument.spreadsheetml.template xltx||application/vnd.ms-excel
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx|application/wps-office.pptx application/haansoftpptx|application/vnd.ms-powerpoint
application/vnd.openxmlformats-officedocument.presentationml.slideshow ppsx||application/vnd.ms-powerpoint
application/vnd.openxmlformats-officedocument.presentationml.template potx||application/vnd.ms-powerpoint
application/vnd.ms-word.document.macroenabled.12 docm||application/msword
application/vnd.ms-word.template.macroenabled.12 dotm||application/msword
application/vnd.ms-excel.sheet.macroenabled.12 xlsm||application/vnd.ms-excel
application/vnd.ms-excel.template.macroenabled.12 xltm||application/vnd.ms-excel
application/vnd.ms-excel.sheet.binary.macroenabled.12 xlsb||application/vnd.ms-excel
application/vnd.ms-powerpoint.presentation.macroenabled.12 pptm||application/vnd.ms-powerpoint
application/vnd.ms-powerpoint.slideshow.macroenabled.12 ppsm||application/vnd.ms-powerpoint
application/vnd.ms-powerpoint.template.macroenabled.12 potm||application/vnd.ms-powerpoint
application/vnd.oasis.opendocument.text odt
application/vnd.oasis.opendocument.text-template ott
application/vnd.oasis.opendocument.spreadsheet ods
application/vnd.oasis.opendocument.spreadsheet-template ots
application/vnd.oasis.opendocument.presentation odp
application/vnd.oasis.opendocument.presentation-template otp
application/vnd.oasis.opendocument.graphics odg
application/vnd.oasis.opendocument.graphics-template otg
application/epub+zip epub
application/java-archive jar war
application/vnd.android.package-archive apk
application/vnd.google-earth.kmz kmz
application/vnd.comicbook+zip cbz
application/vnd.apple.pages pages
application/vnd.apple.numbers numbers
application/vnd.apple.keynote
#text
text/tab-separated-values tsv||application/vnd.ms-excel
text/markdown md markdown
text/calendar ics
text/vcard vcf|text/directory
text/vtt vtt
application/x-subrip srt
text/css css
application/json json|text/json
application/geo+json geojson
application/yaml yaml yml|text/yaml
application/xml xml xsd|text/xml
application/vnd.google-earth.kml+xml kml
application/gpx+xml gpx
application/sql sql
message/rfc822 eml
#active
text/html html htm
application/xhtml+xml xhtml xht
text/javascript js mjs cjs|application/javascript text/ecmascript application/ecmascript text/jscript
application/typescript tsx
application/x-sh sh bash|text/sh application/shellscript text/shellscript
application/x-httpd-php php|text/php
application/x-bat bat cmd
text/vbscript vbs
`
