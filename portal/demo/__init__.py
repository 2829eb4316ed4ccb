"""The sample week of 青禾实验学校 as a school that lives in the current week."""
