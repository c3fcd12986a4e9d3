/** English texts of the crop view. @module */

/** Texts by key, loaded with the crop view. */
export const enCrop = {
  'crop.of': '{{i}} of {{n}}',
  'crop.stage': 'Selection. Arrows move it, Alt and arrows change its size, R rotates.',
  'crop.crop_btn': 'Crop and upload',
  'crop.next_btn': 'Crop',
  'crop.skip_btn': 'Skip',
  'crop.reset_btn': 'Reset',
  'crop.shape': 'Shape',
  'crop.free': 'Free',
  'crop.rotate': 'Rotate',
  'crop.flip': 'Flip',
  'crop.width': 'Width in pixels',
  'crop.height': 'Height in pixels',
  'crop.output': 'Result',
  'crop.output_width': 'Width of the result in pixels',
  'crop.output_height': 'Height of the result in pixels',
  'crop.x': 'From the left in pixels',
  'crop.y': 'From the top in pixels',
  'crop.too_small':
    'The selection is {{width}} × {{height}} px. It must be at least {{minWidth}} × {{minHeight}} px.',
  'crop.too_big':
    'The selection is {{width}} × {{height}} px. It must be at most {{maxWidth}} × {{maxHeight}} px.',
  'crop.image_error': 'This picture cannot be shown here. Skip uploads it as it is.',
  'crop.said': 'Crop: {{width}} by {{height}} pixels.',
} as const
