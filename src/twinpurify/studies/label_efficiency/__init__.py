"""How many labels does a classifier need on top of an embedding that was learnt without any?"""
