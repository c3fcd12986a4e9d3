/** English texts of the advanced options. @module */

/** Texts by key, loaded with the advanced options. */
export const enOptions = {
  'advanced_options.for': 'For the next files',
  'advanced_options.public_id': 'Name',
  'advanced_options.public_id_ph': 'Left empty, each file gets a name of its own.',
  'advanced_options.tags': 'Tags',
  'advanced_options.tags_ph': 'Enter adds a tag.',
  'advanced_options.remove_tag': 'Remove {{tag}}',
  'advanced_options.folder': 'Folder',
  'advanced_options.upload_preset': 'Preset',
  'advanced_options.upload_preset_placeholder': 'As set by the page',
  'advanced_options.fixed': 'Set by this site: {{value}}',
  'advanced_options.none': 'None',
  'advanced_options.prefix': 'It starts with {{prefix}}',
  'advanced_options.too_long': 'Too long: {{n}} characters. Use at most {{max}}.',
  'advanced_options.too_many': 'Tags: at most {{max}}.',
  'advanced_options.not_allowed': 'This site takes only {{values}}.',
  'advanced_options.no_match': 'This site takes only the form {{form}}',
  'advanced_options.save': 'Save',
  'advanced_options.cancel': 'Cancel',
  'notifications.invalid_public_id': 'A name cannot contain ? & # \\\\ % < > + |',
} as const
