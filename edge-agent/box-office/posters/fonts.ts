/** Font stacks with Chinese characters on every system that a kiosk may have. Nothing is loaded: a poster refers to nothing outside itself. */
export const FONTS = {
  sans: "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif",
  serif: "'Noto Serif SC','Noto Serif CJK SC','Source Han Serif SC','Songti SC',STSong,SimSun,serif",
} as const;
