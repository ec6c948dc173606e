# What is said in Discord around an answer.

discord-thread-name = Question
