/** The words of the page behind 更多, and of training: the second fills the shape of the first. */
export const more_zh = {
  key: "更多",
  title: "更多",
  back: "回去收银",
};

export const more_en: typeof more_zh = {
  key: "More",
  title: "More",
  back: "Back to the till",
};

export const training_zh = {
  name: "练习",
  banner: "练习中",
  banner_hint: "不收真钱，不计入任何数，小票上都印“练习”",
  enter: "开始练习",
  enter_hint: "商品、人员和正式收银一样，练完什么都不留",
  leave: "退出练习",
  leave_again: "再点一次退出",
  sale_first: "这一单还没收完。先收款，或按 F6 挂单，再开始练习。",
  entered: "现在是练习，随便试。正式收银的班次、挂单都原样留着。",
  left: "练习结束，回到正式收银。",
};

export const training_en: typeof training_zh = {
  name: "Training",
  banner: "TRAINING",
  banner_hint: "No real money, counts in no total, every paper says “training”",
  enter: "Start training",
  enter_hint: "The same goods and staff as the real till; nothing is left of it afterwards",
  leave: "Leave training",
  leave_again: "Press again to leave",
  sale_first: "This sale is not finished. Take payment, or put it aside (F6), then start training.",
  entered: "This is training now: try anything. The real till's shift and held sales wait as they are.",
  left: "Training is over; this is the real till again.",
};
