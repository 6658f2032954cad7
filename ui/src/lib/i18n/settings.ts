/** The words of how the window looks and of its keys, in each language: the second fills the shape of the first. */
export const settings_zh = {
  look: "外观",
  theme: "颜色",
  themes: { day: "白天", sun: "太阳下", night: "夜市" },
  text_size: "字号",
  text_sizes: { normal: "标准字", large: "大字" },
  close: "收起",
};

export const settings_en: typeof settings_zh = {
  look: "Look",
  theme: "Colours",
  themes: { day: "Day", sun: "In the sun", night: "Night" },
  text_size: "Text size",
  text_sizes: { normal: "Normal text", large: "Large text" },
  close: "Close",
};
