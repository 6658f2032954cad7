/** The words of a till that does not open, in each language: the second fills the shape of the first. By the refusal's code. */
interface Why {
  title: string;
  happened: string;
  to_do: string;
}

interface Unopened {
  newer_database: Why;
  locked: Why;
  safe: string;
  again: string;
}

export const unopened_zh: Unopened = {
  newer_database: {
    title: "收银程序太旧，打不开这里的数据",
    happened: "这台机器上的数据是新版本的收银程序写的，这个程序是旧版本，看不懂，所以没有打开。",
    to_do: "请关掉这个程序，打开新版本的；没有新版本，请管理员来装。装好之前，这台机器先不收银。",
  },
  locked: {
    title: "收银台已经在另一个窗口里开着",
    happened: "另一个窗口正开着这个收银台，一台机器上只能开一个。",
    to_do: "请用那个窗口。找不到它，就关掉这里，重启电脑再开。",
  },
  safe: "数据没有动，记过的单都在。",
  again: "正在一次次重试；能打开就自己打开。",
};

export const unopened_en: Unopened = {
  newer_database: {
    title: "This program is too old for the data here",
    happened:
      "The data on this machine was written by a newer version of the program. This one is older, cannot read it, and so did not open it.",
    to_do:
      "Close this program and open the newer one; where there is none, have it installed. Until then this machine does not sell.",
  },
  locked: {
    title: "This till is open in another window",
    happened: "Another window has this till open, and a machine has only one at a time.",
    to_do: "Use that window. If it cannot be found, close this one and start the computer again.",
  },
  safe: "The data was not touched; every sale recorded is there.",
  again: "Trying again and again; it opens by itself when it can.",
};
