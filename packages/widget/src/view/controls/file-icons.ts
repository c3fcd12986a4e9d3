/** Icons for the views with files. @module */

/** SVG path data, for a box of 20 px. */
export const FILE_ICONS = {
  expand: 'm4.5 12.5 5.5-5.5 5.5 5.5',
  retry: 'M16 4.5v4h-4M15.6 8.5A6 6 0 1 0 16 11',
  spinner: 'M10 3a7 7 0 1 1-7 7',
  failed: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM10 6.5v4M10 13.5v0',
  file: 'M5 3h6.5L15 6.5V17H5ZM11 3v4h4',
  video: 'M3 5h14v10H3ZM8.5 7.5v5l4-2.5Z',
  pause: 'M7.5 5v10M12.5 5v10',
  resume: 'M7 4.5v11l8.5-5.5Z',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6M8.5 9v4.5M11.5 9v4.5',
  options:
    'M4 6.5h6M14 6.5h2M4 13.5h2M10 13.5h6M14 6.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM10 13.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z',
} as const
